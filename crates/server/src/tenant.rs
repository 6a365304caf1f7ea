//! Tenants: shops that share a server and see nothing of each other.

use std::str::FromStr;

/// The name of a tenant: lower-case letters, digits and `-`, at most 32. The default one, of a server without tenants, is
/// empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TenantName(String);

impl TenantName {
    /// Long enough for a domain's first label; it stands before every key.
    pub const MAX_LEN: usize = 32;

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TenantName {
    type Err = TenantNameError;

    fn from_str(text: &str) -> Result<Self, TenantNameError> {
        let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if text.is_empty() || text.len() > Self::MAX_LEN || !text.bytes().all(good) {
            return Err(TenantNameError {
                got: text.to_owned(),
            });
        }
        Ok(Self(text.to_owned()))
    }
}

/// The text is no tenant's name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected a tenant's name of 1 to {max} characters of a–z 0–9 -, got {got:?}: choose one like shop-a",
    max = TenantName::MAX_LEN
)]
pub struct TenantNameError {
    /// What was given.
    pub got: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_and_plain() {
        for good in ["a", "shop-a", "42", &"x".repeat(32)] {
            assert_eq!(good.parse::<TenantName>().unwrap().as_str(), good);
        }
        for bad in ["", "Shop", "a/b", "a b", "ä", "a\0", &"x".repeat(33)] {
            assert!(bad.parse::<TenantName>().is_err(), "{bad:?}");
        }
    }
}

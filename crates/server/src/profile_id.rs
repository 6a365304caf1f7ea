//! Profile ids: unguessable names that are the right to read and write a profile.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::Mac;

use crate::Secret;

/// The name of a stored profile: whoever knows it may read the profile and join into it.
///
/// 22 to 64 characters of base64url, so at least 128 bits: too many to guess. Its `Debug` form hides
/// it, because a log line that holds it would be a key to the profile.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ProfileId(String);

impl ProfileId {
    /// 128 bits in base64url.
    pub const MIN_LEN: usize = 22;
    /// Leaves room for 384 bits; longer ones would only waste space.
    pub const MAX_LEN: usize = 64;

    /// Reads an id as it stands in a URL.
    ///
    /// # Errors
    ///
    /// [`ProfileIdError`] when the length or a character is not of an id.
    pub fn parse(text: &str) -> Result<Self, ProfileIdError> {
        let wrong = text
            .bytes()
            .any(|byte| !(byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'));
        if wrong || !(Self::MIN_LEN..=Self::MAX_LEN).contains(&text.len()) {
            return Err(ProfileIdError { got: text.len() });
        }
        Ok(Self(text.to_owned()))
    }

    /// The profile of one of the shop's customers: the same on every device, and unguessable
    /// without the secret even for somebody who knows the customer number.
    ///
    /// `erasures` counts how often the customer's profile was erased: what comes after an erasure is another profile.
    pub fn of_customer(secret: &Secret, customer: &str, erasures: u32) -> Self {
        // The prefixes keep these digests apart from each other and from token signatures under the same secret.
        let mac = match erasures {
            0 => secret.mac().chain_update(b"customer\0"),
            _ => secret
                .mac()
                .chain_update(b"customer after erasures\0")
                .chain_update(erasures.to_be_bytes()),
        };
        let mac = mac.chain_update(customer);
        Self(URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
    }

    /// Whether it may be a customer's: those are digests of 256 bits, 43 characters of base64url. One that a device draws
    /// should have another length, as the package's 22 characters.
    pub(crate) fn may_be_customers(&self) -> bool {
        self.0.len() == 43
    }

    /// As it stands in a URL.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for ProfileId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ProfileId(hidden)")
    }
}

/// The text is no profile id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a profile id has {min} to {max} characters of A–Z a–z 0–9 - _, got {got} characters: create one from at least 16 random bytes in base64url",
    min = ProfileId::MIN_LEN, max = ProfileId::MAX_LEN
)]
pub struct ProfileIdError {
    /// Length of what was given, in bytes.
    pub got: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_22_to_64_base64url_characters_are_taken() {
        for good in ["AAAAAAAAAAAAAAAAAAAAAA", &"-_aZ09".repeat(10)] {
            assert_eq!(ProfileId::parse(good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            "AAAAAAAAAAAAAAAAAAAAA",
            &"A".repeat(65),
            "AAAAAAAAAAAAAAAAAAAAA=",
            "AAAAAAAAAAAAAAAAAAAA/A",
            "AAAAAAAAAAAAAAAAAAAAA\0",
            "äAAAAAAAAAAAAAAAAAAAAA",
        ] {
            assert!(ProfileId::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_customer_has_one_profile_per_secret() {
        let id = |secret: u8, customer| {
            let secret = Secret::new(vec![secret; Secret::MIN_LEN]).unwrap();
            ProfileId::of_customer(&secret, customer, 0)
        };
        assert_eq!(id(1, "C-1001"), id(1, "C-1001"));
        assert_ne!(id(1, "C-1001"), id(1, "C-1002"));
        assert_ne!(id(1, "C-1001"), id(2, "C-1001"));
        assert!(ProfileId::parse(id(1, "C-1001").as_str()).is_ok());
        assert!(id(1, "C-1001").may_be_customers());
        let secret = Secret::new(vec![1; Secret::MIN_LEN]).unwrap();
        let again = ProfileId::of_customer(&secret, "C-1001", 1);
        assert_ne!(again, id(1, "C-1001"));
        assert_ne!(again, ProfileId::of_customer(&secret, "C-1001", 2));
    }

    /// Computed with OpenSSL: stored profiles are found by it, so it must never change.
    #[test]
    fn the_id_of_a_customer_stays_what_it_was() {
        let secret = Secret::new(b"0123456789abcdef0123456789abcdef".to_vec()).unwrap();
        let id = ProfileId::of_customer(&secret, "C-1001", 0);
        assert_eq!(id.as_str(), "t_v6GXW2GTBQCzvSu9Mvuua2cTNAJ5I4nfB26GhaV-0");
    }

    #[test]
    fn an_id_does_not_reach_a_log() {
        let id = ProfileId::parse("AAAAAAAAAAAAAAAAAAAAAA").unwrap();
        assert!(!format!("{id:?}").contains("AAA"));
    }
}

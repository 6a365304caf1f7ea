//! Keys of records: whose profile it is.
//!
//! # Format
//! The tenant's name, `/`, and the profile's id; the only tenant of a server without tenants has no name and no `/`. An id
//! has no `/` in it, so no key of one tenant is a key of another.

use sha2::{Digest as _, Sha256};

use crate::{ProfileId, TenantName};

/// The name of a record. Its `Debug` form hides it: an id is the right to read the profile.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Key(Box<[u8]>);

impl Key {
    /// The key of a tenant's profile.
    pub fn new(tenant: &TenantName, id: &ProfileId) -> Self {
        let (tenant, id) = (tenant.as_str().as_bytes(), id.as_str().as_bytes());
        if tenant.is_empty() {
            return Self(id.into());
        }
        Self([tenant, b"/", id].concat().into())
    }

    /// The key under which the use of a token is remembered, by the token's own id.
    pub(crate) fn used_token(tenant: &TenantName, token: &str) -> Self {
        let digest = Sha256::digest(token.as_bytes());
        // No profile's id has an exclamation mark.
        Self(
            [tenant.as_str().as_bytes(), b"/!used/", &digest]
                .concat()
                .into(),
        )
    }

    /// The key of a record that the server keeps for itself.
    pub(crate) fn own(name: &str) -> Self {
        // No tenant's name is empty before a slash, and no profile's id has an exclamation mark.
        Self([b"/!", name.as_bytes()].concat().into())
    }

    /// What the base is called into which this profile's parts are folded. It tells nothing of the id.
    pub(crate) fn base(&self) -> u64 {
        let digest: [u8; 32] = Sha256::new()
            .chain_update(b"endcap base\0")
            .chain_update(&self.0)
            .finalize()
            .into();
        let [a, b, c, d, e, f, g, h, ..] = digest;
        u64::from_le_bytes([a, b, c, d, e, f, g, h])
    }

    /// A key that a store has kept.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }

    /// As stored.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl From<&ProfileId> for Key {
    fn from(id: &ProfileId) -> Self {
        Self::new(&TenantName::default(), id)
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_of_one_tenant_is_a_key_of_another() {
        let id = ProfileId::parse(&"A".repeat(22)).unwrap();
        let tenant = |name: &str| name.parse::<TenantName>().unwrap();
        let keys = [
            Key::from(&id),
            Key::new(&tenant("one"), &id),
            Key::new(&tenant("two"), &id),
        ];
        for (at, key) in keys.iter().enumerate() {
            assert!(!keys[..at].contains(key));
        }
        assert_eq!(format!("{:?}", keys[1]), "Key(hidden)");
    }
}

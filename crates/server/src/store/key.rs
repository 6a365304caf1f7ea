//! Keys of records: whose profile it is.
//!
//! # Invariants
//! * No profile's id reaches a store: a key holds its digest, which nobody can turn back.
//!
//! # Format
//! The tenant's name, `#`, and 32 bytes: the SHA-256 of the *former key*, which is the tenant's name, `/`, and the profile's
//! id, or the id alone where there are no tenants. Earlier versions stored profiles under the former key, and stores move
//! them. Neither names of tenants nor ids have a `#`, `/` or `!` in them, so no key of one tenant is a key of another, and the
//! server's own (`/!…`, `tenant/!used/…`) are nobody's.

use endcap::profile::Owner;
use sha2::{Digest as _, Sha256};

use crate::{ProfileId, TenantName};

/// The SHA-256 of a former key.
pub(crate) type KeyDigest = [u8; 32];

/// Before the names of the server's own records.
const OWN: &[u8] = b"/!";

/// The name of a record. Its `Debug` form hides it: the former key is the right to read the profile.
#[derive(Clone)]
pub struct Key {
    name: Box<[u8]>,
    /// What an earlier version may have stored it under; none for what no earlier version has, and for what was read from a
    /// store.
    former: Option<Box<[u8]>>,
}

impl Key {
    /// The key of a tenant's profile.
    pub fn new(tenant: &TenantName, id: &ProfileId) -> Self {
        let (tenant, id) = (tenant.as_str().as_bytes(), id.as_str().as_bytes());
        let former = if tenant.is_empty() {
            id.into()
        } else {
            [tenant, b"/", id].concat().into()
        };
        Self::moved(tenant, former)
    }

    /// The key under which the use of a token is remembered, by the token's own id.
    pub(crate) fn used_token(tenant: &TenantName, token: &str) -> Self {
        let digest = Sha256::digest(token.as_bytes());
        Self::from_bytes(&[tenant.as_str().as_bytes(), b"/!used/", &digest].concat())
    }

    /// The key of a record that the server keeps for itself.
    pub(crate) fn own(name: &str) -> Self {
        Self::from_bytes(&[OWN, name.as_bytes()].concat())
    }

    /// Whether it is the key of a record that the server keeps for itself.
    pub(crate) fn is_own(&self) -> bool {
        self.name.starts_with(OWN)
    }

    /// What the base is called into which this profile's parts are folded. It tells nothing of the id.
    pub(crate) fn base(&self) -> u64 {
        let digest: [u8; 32] = Sha256::new()
            .chain_update(b"endcap base\0")
            .chain_update(self.former.as_ref().unwrap_or(&self.name))
            .finalize()
            .into();
        let [a, b, c, d, e, f, g, h, ..] = digest;
        u64::from_le_bytes([a, b, c, d, e, f, g, h])
    }

    /// Whose profile it is, as far as the key still tells.
    pub(crate) fn owner(&self) -> Owner {
        let id = self
            .former()
            .and_then(|former| former.rsplit(|byte| *byte == b'/').next())
            .and_then(|id| std::str::from_utf8(id).ok());
        id.map_or_else(Owner::default, Owner::of)
    }

    /// A key that a store has kept.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Self {
        Self {
            name: bytes.into(),
            former: None,
        }
    }

    /// The key of a record that an earlier version has stored under these bytes; none if they are no former key.
    pub(crate) fn from_former(bytes: &[u8]) -> Option<Self> {
        let slash = bytes.iter().position(|byte| *byte == b'/');
        let (tenant, id) = match slash {
            Some(at) => (bytes.get(..at)?, bytes.get(at + 1..)?),
            None => (&[][..], bytes),
        };
        ProfileId::parse(std::str::from_utf8(id).ok()?).ok()?;
        Some(Self::moved(tenant, bytes.into()))
    }

    fn moved(tenant: &[u8], former: Box<[u8]>) -> Self {
        let digest = Sha256::digest(&former);
        Self {
            name: [tenant, b"#", &digest].concat().into(),
            former: Some(former),
        }
    }

    /// As stored.
    pub fn as_bytes(&self) -> &[u8] {
        &self.name
    }

    /// As an earlier version may have stored it.
    pub(crate) fn former(&self) -> Option<&[u8]> {
        self.former.as_deref()
    }

    /// By which the profile is known where its key is not: in the list of the erased, and by the slots of a cluster.
    pub(crate) fn digest(&self) -> KeyDigest {
        let digest = self.name.split_last_chunk::<32>();
        match digest {
            Some(([.., b'#'], digest)) => *digest,
            _ => Sha256::digest(&self.name).into(),
        }
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Key {}

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
            let former = Key::from_former(key.former().unwrap()).unwrap();
            assert_eq!((&former, former.base()), (key, key.base()));
            let stored = Key::from_bytes(key.as_bytes());
            assert_eq!(stored.digest(), key.digest());
            let digest: KeyDigest = Sha256::digest(key.former().unwrap()).into();
            assert_eq!(key.digest(), digest);
            assert!(!key.as_bytes().windows(9).any(|part| part == [b'A'; 9]));
        }
        assert_eq!(format!("{:?}", keys[1]), "Key(hidden)");
        let others = [Key::own("calendar"), Key::used_token(&tenant("one"), "t")];
        for key in others.iter().chain(&keys) {
            assert_eq!(Key::from_former(key.as_bytes()), None);
        }
    }
}

//! Why a signed manifest, a pack or a key is refused.

/// Why a signed manifest, a pack or a key is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// A key cannot be read.
    #[error("this is no {expected}: make a pair with `endcap pack keygen`")]
    Key {
        /// What was expected.
        expected: &'static str,
    },
    /// No signature of a known key is there.
    #[error(
        "the manifest has no signature of a key that is known here: sign it with `endcap pack sign`, or name its key"
    )]
    Missing,
    /// The signature is not of this text.
    #[error("the manifest's signature is wrong: the manifest was changed after it was signed")]
    Wrong,
    /// The signature holds, and the text is no manifest.
    #[error("the signed text is no manifest ({reason}): sign it anew with `endcap pack sign`")]
    Damaged {
        /// What is wrong with it.
        reason: String,
    },
    /// A newer manifest was seen before.
    #[error(
        "the manifest has version {got}, version {newest} was seen before: an old one is sent again"
    )]
    Rollback {
        /// The newest version seen.
        newest: u64,
        /// The version that came.
        got: u64,
    },
    /// Its time is over.
    #[error(
        "the manifest expired at {expires} ms, it is {now} ms now: sign it anew, or set the clock"
    )]
    Expired {
        /// Milliseconds since 1970 until which it holds.
        expires: u64,
        /// Milliseconds since 1970 now.
        now: u64,
    },
    /// A pack is not the one that was signed.
    #[error(
        "pack {hash} is not the one that was signed: publish the signed one, or purge the cache in between"
    )]
    Pack {
        /// The pack's name.
        hash: String,
    },
}

impl SignatureError {
    /// Stable identifier; appended to, never changed. The npm package reports the same ones.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Key { .. } => "signature/key",
            Self::Missing => "signature/missing",
            Self::Wrong => "signature/wrong",
            Self::Damaged { .. } => "signature/damaged",
            Self::Rollback { .. } => "signature/rollback",
            Self::Expired { .. } => "signature/expired",
            Self::Pack { .. } => "signature/pack",
        }
    }
}

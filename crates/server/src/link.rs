//! What becomes of a device's anonymous profile when its shopper logs in.

use std::sync::atomic::Ordering;

use endcap::profile::Profile;

use crate::Profiles;
use crate::erased::Erased;
use crate::problem::Problem;
use crate::record::Record;
use crate::store::{Key, Swap};

/// Rounds of compare-and-swap before the client is asked to come back.
const ROUNDS: usize = 64;

impl Profiles {
    /// Joins the profile of a device into that of its customer, and leaves in its place that it went there: whoever comes
    /// with it later is told so, and it takes nothing in. One that is not stored, was erased or went before stays as it is.
    ///
    /// # Errors
    ///
    /// Those of [`join`](Self::join). Linking again is harmless.
    pub async fn absorb(&self, customer: &Key, device: &Key) -> Result<(), Problem> {
        let mut current = self.store.load(device).await?;
        for _ in 0..ROUNDS {
            let Some(stored) = &current else {
                return Ok(());
            };
            let Record::Profile(_, bytes) = Record::read(&stored.bytes) else {
                return Ok(());
            };
            let mut profile = match bytes {
                [] => Profile::new(),
                bytes => match Profile::decode(bytes) {
                    Ok(profile) => profile,
                    Err(error) => {
                        // It stays as it is, and is no reason not to log in.
                        tracing::error!(
                            code = error.code(),
                            "a device's profile cannot be read: {error}"
                        );
                        return Ok(());
                    }
                },
            };
            // First what must not be lost.
            profile.disown();
            if !profile.is_empty() {
                self.join(customer, &profile).await?;
            }
            self.write_down(Erased::linked(device)).await?;
            let record = Record::linked(self.calendar().today());
            let expected = Some(stored.version);
            match self
                .store
                .compare_and_swap(device, expected, record)
                .await?
            {
                Swap::Done(_) => {
                    self.unpurged.store(true, Ordering::Release);
                    return Ok(());
                }
                Swap::Conflict(newer) => current = newer,
            }
        }
        Err(Self::contended())
    }
}

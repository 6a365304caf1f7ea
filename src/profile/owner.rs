//! Erasures belong to one profile id, so that an erasure under one id never erases what lies under another.
//!
//! # Format
//! The epoch of a profile has the time of its last erasure (milliseconds since 1970, at least one more than that of the erasure before) above 20 bits of a hash
//! of the id under which it was erased; 0 is an id that was not known. Epochs below 2⁴⁴ were written by earlier versions: the time alone, without an id.
//!
//! # Invariants
//! * A later erasure under the same id has the greater epoch.
//! * [`offered_to`](Profile::offered_to) leaves the kept profile's epoch in force unless the offered one was erased under the same id.

use super::{Profile, Tick};
use crate::{key::hash, time::Timestamp};

/// Two ids share a tag in one of a million cases, and then an erasure goes as far as it did without tags.
const TAG_BITS: u32 = 20;

const TAG: u64 = (1 << TAG_BITS) - 1;

/// The first epoch with a tag.
const FIRST: u64 = 1 << 44;

/// Clocks beyond this, in the year 2248, are wrong; later erasures still find room above.
const LATEST_MS: u64 = 1 << 43;

/// The epoch of what was erased under an id that is not this one, whichever this one is: no id has this tag.
const FOREIGN: u64 = FIRST | TAG;

/// Under whose id a profile was erased.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Owner(u64);

impl Owner {
    /// Whoever has the profile under this id. The default is somebody whose id is not known.
    #[must_use]
    pub fn of(id: &str) -> Self {
        Self(1 + hash(id.as_bytes()) % (TAG - 1))
    }
}

/// When the erasure of `epoch` was.
pub(super) fn time_of(epoch: u64) -> Timestamp {
    Timestamp(if epoch < FIRST {
        epoch
    } else {
        epoch >> TAG_BITS
    })
}

/// The epoch of an erasure at `now`, after that of `epoch`.
pub(super) fn epoch_after(epoch: u64, owner: Owner, now: Timestamp) -> u64 {
    let after = time_of(epoch).0.saturating_add(1);
    let time = after.max(now.0.min(LATEST_MS)).max(FIRST >> TAG_BITS);
    time.min(u64::MAX >> TAG_BITS) << TAG_BITS | owner.0
}

fn owner_of(epoch: u64) -> Owner {
    Owner(if epoch < FIRST { 0 } else { epoch & TAG })
}

/// Whether `epoch` says nothing of the profile of `owner`.
fn is_foreign(epoch: u64, owner: Owner) -> bool {
    let nobody = Owner::default();
    let of = owner_of(epoch);
    of != owner && of != nobody && owner != nobody
}

impl Profile {
    /// Makes `self`, which is offered to the profile `kept` of `owner`, one in which nothing was erased that `kept` still has, if its erasure was another
    /// owner's. Of `self`, what was written before `kept` was erased goes.
    pub fn offered_to(&mut self, owner: Owner, kept: &Self) {
        if !is_foreign(self.epoch, owner) {
            return;
        }
        self.epoch = kept.epoch;
        if kept.epoch > 0 {
            let erased = Tick::at(time_of(kept.epoch));
            self.parts.retain(|_, part| part.last > erased);
            self.bases.retain(|_, base| base.last() > erased);
        }
    }

    /// Marks `self` as that of no owner whom it may be offered to: whatever was erased of it, nothing of theirs is.
    pub fn disown(&mut self) {
        self.epoch = if self.holds_nothing() { 0 } else { FOREIGN };
    }

    /// From now on this is the profile of `owner`, whom an erasure under another id does not concern.
    pub(crate) fn pass_to(&mut self, owner: Owner, former: Owner) {
        let is_moved = former != Owner::default() && former != owner;
        if is_foreign(self.epoch, owner) || is_moved && owner_of(self.epoch) == Owner::default() {
            self.epoch = 0;
        }
    }
}

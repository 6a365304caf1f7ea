//! What is done to all profiles from time to time: the day is remembered, old ones are forgotten, erased ones erased again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, AtomicU64, Ordering};

use crate::Profiles;
use crate::calendar::ClockJump;
use crate::day::Day;
use crate::record::Record;
use crate::retention::{Held, KeepDays, hold};
use crate::store::{Key, StoreError, Verdict};

/// What a sweep of [`Profiles::retire`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retired {
    /// Records that were changed: forgotten, or erased again.
    pub changed: u64,
    /// Why no profile was forgotten, if one had to be kept.
    pub held: Option<Held>,
}

/// What a look at all records finds.
#[derive(Default)]
struct Census {
    profiles: AtomicU64,
    old: AtomicU64,
    newest: AtomicU16,
}

impl Profiles {
    /// Takes over the latest day that an earlier run, or another server, has seen. To be called before anything is written.
    ///
    /// A store of an earlier version has no such day: then it is the newest day that is stored with a profile, which takes a
    /// look at all of them, once.
    ///
    /// # Errors
    ///
    /// Those of the store. The clock that cannot be believed is the inner one, and no reason not to serve.
    pub async fn start_calendar(&self) -> Result<Result<Day, ClockJump>, StoreError> {
        match self.stored_day().await? {
            Some(day) => self.calendar().restore(day),
            None => {
                let census = self.census(None).await?;
                let newest = Day(census.newest.load(Ordering::Relaxed));
                if newest > Day(0) {
                    self.calendar().restore(newest);
                }
            }
        }
        self.keep_calendar().await
    }

    /// Writes down the day, and learns what other servers of the same store have written down.
    ///
    /// # Errors
    ///
    /// As [`start_calendar`](Self::start_calendar).
    pub async fn keep_calendar(&self) -> Result<Result<Day, ClockJump>, StoreError> {
        let key = calendar_key();
        let stored = self.store.load(&key).await?;
        let day = stored.as_ref().and_then(|stored| day_of(&stored.bytes));
        if let Some(day) = day {
            self.calendar().advance(day);
        }
        let look = self.calendar().look();
        if let Ok(today) = look
            && day != Some(today)
        {
            let expected = stored.map(|stored| stored.version);
            let record = Record::own(&today.0.to_be_bytes());
            // On a conflict another server has written it down.
            self.store.compare_and_swap(&key, expected, record).await?;
        }
        Ok(look)
    }

    /// Forgets profiles that nobody has written to for longer than is kept, and erases again what a restored backup has
    /// brought back. Tombstones stay.
    ///
    /// # Errors
    ///
    /// Those of [`Store::sweep`](crate::store::Store::sweep).
    pub async fn retire(&self, keep: KeepDays) -> Result<Retired, StoreError> {
        let today = self.calendar().today();
        let mut oldest = keep.oldest(today);
        let mut held = None;
        if oldest.is_some() {
            let census = self.census(oldest).await?;
            let count = |number: &AtomicU64| number.load(Ordering::Relaxed);
            held = hold(self.calendar(), count(&census.profiles), count(&census.old)).err();
            oldest = oldest.filter(|_| held.is_none());
        }
        let erased = Arc::clone(&self.erased);
        let judge = move |key: &Key, bytes: &[u8]| match Record::read(bytes) {
            Record::Erased(_) | Record::Own(_) => Verdict::Keep,
            _ if erased.contains(key) => Verdict::Replace(Record::tombstone(today)),
            Record::Profile(..) if erased.contains_linked(key) => {
                Verdict::Replace(Record::linked(today))
            }
            Record::Profile(day, _) if oldest.is_some_and(|oldest| day < oldest) => Verdict::Remove,
            // No token lives that long, so nobody can use it again.
            Record::Used(day) if day < today.before(1) => Verdict::Remove,
            _ => Verdict::Keep,
        };
        let changed = self.store.sweep(Arc::new(judge)).await?;
        if changed > 0 {
            self.unpurged.store(true, Ordering::Release);
        }
        Ok(Retired { changed, held })
    }

    /// Takes what was erased or forgotten since the last time out of the store's files; whether there was anything.
    ///
    /// # Errors
    ///
    /// Those of [`Store::purge`](crate::store::Store::purge); the next call tries again.
    pub async fn purge(&self) -> Result<bool, StoreError> {
        // Before the work, so that what is erased meanwhile is taken out the next time.
        if !self.unpurged.swap(false, Ordering::AcqRel) {
            return Ok(false);
        }
        let purged = self.store.purge().await;
        if purged.is_err() {
            self.unpurged.store(true, Ordering::Release);
        }
        purged.map(|()| true)
    }

    async fn stored_day(&self) -> Result<Option<Day>, StoreError> {
        let stored = self.store.load(&calendar_key()).await?;
        Ok(stored.and_then(|stored| day_of(&stored.bytes)))
    }

    /// Looks at all profiles, and changes none.
    async fn census(&self, oldest: Option<Day>) -> Result<Arc<Census>, StoreError> {
        let census = Arc::new(Census::default());
        let found = Arc::clone(&census);
        let judge = move |_: &Key, bytes: &[u8]| {
            if let Record::Profile(day, _) = Record::read(bytes) {
                found.profiles.fetch_add(1, Ordering::Relaxed);
                found.newest.fetch_max(day.0, Ordering::Relaxed);
                if oldest.is_some_and(|oldest| day < oldest) {
                    found.old.fetch_add(1, Ordering::Relaxed);
                }
            }
            Verdict::Keep
        };
        self.store.sweep(Arc::new(judge)).await?;
        Ok(census)
    }
}

fn calendar_key() -> Key {
    Key::own("calendar")
}

fn day_of(bytes: &[u8]) -> Option<Day> {
    match Record::read(bytes) {
        Record::Own(day) => Some(Day(u16::from_be_bytes(day.try_into().ok()?))),
        _ => None,
    }
}

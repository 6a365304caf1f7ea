//! Profiles on a store: joined, read, erased, and forgotten when nobody has written to them for long.
//!
//! # Invariants
//! * A profile is only ever joined into, until it is erased: from then on nothing joins into it.
//! * An erasure by joining reaches the profile under whose id it was made, and no other.
//! * An erased profile is gone after [`Profiles::erase`] has returned, and stays gone when a backup of the store is
//!   restored, as long as the list of erased profiles is not restored with it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use axum::http::StatusCode;
use endcap::Timestamp;
use endcap::profile::{Profile, ProfileError};

use crate::calendar::Calendar;
use crate::day::Day;
use crate::disk::Disk;
use crate::erased::Erased;
use crate::problem::Problem;
use crate::recent::Recent;
use crate::record::Record;
use crate::store::{Key, Store, StoreError, Stored, Swap};
use crate::turns::Turns;
use crate::{Secret, TenantName};

/// Rounds of compare-and-swap before the client is asked to come back.
///
/// Whoever has lost the first waits for its [turn](Turns), so that only a cluster under heavy load gets near the last.
const ROUNDS: usize = 64;

/// A profile that has not changed is written again when its day is older than this, so that it is not forgotten; more
/// often would be a write for every visit.
const REFRESH_DAYS: u16 = 7;

/// The profiles of all tenants.
pub struct Profiles {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) erased: Arc<Erased>,
    calendar: Arc<Calendar>,
    recent: Recent,
    turns: Turns,
    disk: Option<Arc<Disk>>,
    /// The first page of the shared list that may not be full.
    pub(crate) page: AtomicUsize,
    /// Whether something was erased that may still stand in the store's files.
    pub(crate) unpurged: AtomicBool,
}

impl Profiles {
    /// The profiles on `store` but those in the list.
    pub fn new(store: Arc<dyn Store>, erased: Arc<Erased>) -> Self {
        Self {
            store,
            erased,
            // Whether an earlier run got to it is not known.
            unpurged: AtomicBool::new(true),
            recent: Recent::default(),
            turns: Turns::default(),
            disk: None,
            calendar: Arc::default(),
            page: AtomicUsize::new(0),
        }
    }

    /// The same profiles, which take nothing in while the disk has no room for it.
    #[must_use]
    pub fn on(self, disk: Arc<Disk>) -> Self {
        Self {
            disk: Some(disk),
            ..self
        }
    }

    /// The same profiles, written and forgotten by another calendar than the system's.
    #[must_use]
    pub fn with_calendar(self, calendar: Arc<Calendar>) -> Self {
        Self { calendar, ..self }
    }

    /// Which day it is.
    pub fn calendar(&self) -> &Arc<Calendar> {
        &self.calendar
    }

    /// Joins `offered` into the stored profile and returns the result, which is durable by then.
    ///
    /// A profile that nobody has written anything to is not stored: reading leaves no trace.
    ///
    /// # Errors
    ///
    /// A [`Problem`] when the profile was erased, when the disk is nearly full, when the store fails, when the stored bytes cannot be read (they are
    /// left as they are), or when too many others write to this profile at the same time.
    pub async fn join(&self, key: &Key, offered: &Profile) -> Result<Profile, Problem> {
        self.join_new(key, offered, || Ok(())).await
    }

    /// [`join`](Self::join), where a profile that is not stored yet needs to be `admitted`.
    pub(crate) async fn join_new(
        &self,
        key: &Key,
        offered: &Profile,
        admitted: impl FnOnce() -> Result<(), Problem>,
    ) -> Result<Profile, Problem> {
        if self.erased.contains(key) || self.recent.contains(key, Instant::now()) {
            return Err(Problem::erased());
        }
        if self.erased.contains_linked(key) {
            return Err(Problem::linked());
        }
        if !offered.is_empty() {
            self.check_disk()?;
        }
        let today = self.calendar.today();
        let mut current = self.store.load(key).await?;
        if current.is_none() && !offered.is_empty() {
            admitted()?;
        }
        let mut turn = None;
        for _ in 0..ROUNDS {
            let (joined, record, erases) = match &current {
                None if offered.is_empty() => return Ok(Profile::new()),
                current => joined(key, current.as_ref(), offered, today)?,
            };
            let expected = current.as_ref().map(|stored| stored.version);
            // Also when nothing has changed: the store answers only once what it holds is durable.
            match self.store.compare_and_swap(key, expected, record).await? {
                // Erased since the check above, when the store had nothing of it yet.
                Swap::Done(_) if self.recent.contains(key, Instant::now()) => {
                    // Which may take the turn itself.
                    drop(turn);
                    self.erase(key).await?;
                    return Err(Problem::erased());
                }
                Swap::Done(_) => {
                    if erases {
                        self.unpurged.store(true, Ordering::Release);
                    }
                    return Ok(joined);
                }
                Swap::Conflict(newer) if turn.is_some() => current = newer,
                Swap::Conflict(_) => {
                    turn = self.turns.take(key).await;
                    current = self.store.load(key).await?;
                }
            }
        }
        Err(Self::contended())
    }

    /// The stored profile, or an empty one.
    ///
    /// # Errors
    ///
    /// Those of [`join`](Self::join).
    pub async fn read(&self, key: &Key) -> Result<Profile, Problem> {
        self.join(key, &Profile::new()).await
    }

    /// Erases the profile for good: a tombstone takes its place, and the list keeps its digest. An id of which nothing is stored
    /// leaves no trace.
    ///
    /// # Errors
    ///
    /// A [`Problem`] when the list or the store fails; then it may be erased or not, and erasing again is harmless.
    pub async fn erase(&self, key: &Key) -> Result<(), Problem> {
        // Before the store is asked, so that a first sync under way either is seen here or sees this.
        self.recent.add(key, Instant::now());
        let mut current = self.store.load(key).await?;
        if current.is_none() {
            return Ok(());
        }
        // First the list, which is what outlives everything else.
        self.write_down(key.digest()).await?;
        let mut turn = None;
        for _ in 0..ROUNDS {
            let expected = match &current {
                Some(stored) if matches!(Record::read(&stored.bytes), Record::Erased(_)) => {
                    return Ok(());
                }
                other => other.as_ref().map(|stored| stored.version),
            };
            let record = Record::tombstone(self.calendar.today());
            match self.store.compare_and_swap(key, expected, record).await? {
                Swap::Done(_) => {
                    self.unpurged.store(true, Ordering::Release);
                    return Ok(());
                }
                Swap::Conflict(newer) if turn.is_some() => current = newer,
                Swap::Conflict(_) => {
                    turn = self.turns.take(key).await;
                    current = self.store.load(key).await?;
                }
            }
        }
        Err(Self::contended())
    }

    /// Whether the profile was erased.
    ///
    /// # Errors
    ///
    /// A [`Problem`] when the store fails.
    pub(crate) async fn is_erased(&self, key: &Key) -> Result<bool, Problem> {
        if self.erased.contains(key) {
            return Ok(true);
        }
        let stored = self.store.load(key).await?;
        Ok(stored.is_some_and(|stored| matches!(Record::read(&stored.bytes), Record::Erased(_))))
    }

    /// Holds the tenant's secret against the one that the store was written under, by their
    /// [check values](Secret::check_value). A store that knows none yet or has no profiles takes this one, and so does any if
    /// `accepted` names it.
    /// Returns whether it is the right one.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub async fn check_secret(
        &self,
        tenant: &TenantName,
        secret: &Secret,
        accepted: &[String],
    ) -> Result<bool, StoreError> {
        let key = Key::own(&format!("secret/{}", tenant.as_str()));
        let check = secret.check_value();
        let record = Record::own(check.as_bytes());
        let mut current = self.store.load(&key).await?;
        loop {
            if let Some(stored) = &current {
                if stored.bytes == record {
                    return Ok(true);
                }
                if !accepted.contains(&check) && !self.store.is_empty().await? {
                    return Ok(false);
                }
            }
            let expected = current.map(|stored| stored.version);
            let swap = self
                .store
                .compare_and_swap(&key, expected, record.clone())
                .await?;
            match swap {
                Swap::Done(_) => return Ok(true),
                // Another server of the same cluster was first.
                Swap::Conflict(newer) => current = newer,
            }
        }
    }

    /// Writes down that a token is used; false when it was used before, on this server or on another with the same store.
    ///
    /// # Errors
    ///
    /// A [`Problem`] when the store fails.
    pub(crate) async fn use_token(
        &self,
        tenant: &TenantName,
        token: &str,
    ) -> Result<bool, Problem> {
        let mut use_id = [0; 16];
        getrandom::fill(&mut use_id).map_err(|_| Problem::internal())?;
        let key = Key::used_token(tenant, token);
        let record = Record::used(self.calendar.today(), use_id);
        let swap = self.store.compare_and_swap(&key, None, record).await?;
        Ok(matches!(swap, Swap::Done(_)))
    }

    pub(crate) fn contended() -> Problem {
        Problem::unavailable(
            "sync/contended",
            "too many devices sync this profile at the same moment: keep the profile and try again with growing pauses",
        )
    }

    /// Whether the store takes writes now.
    pub(crate) async fn check(&self) -> Result<(), Problem> {
        self.check_disk()?;
        Ok(self.store.check().await?)
    }

    fn check_disk(&self) -> Result<(), Problem> {
        self.disk
            .as_ref()
            .map_or(Ok(()), |disk| disk.check_profiles())
    }
}

/// The joined profile, the record to store, and whether something was erased that still stands in the store's files.
fn joined(
    key: &Key,
    stored: Option<&Stored>,
    offered: &Profile,
    today: Day,
) -> Result<(Profile, Vec<u8>, bool), Problem> {
    let (day, bytes) = match stored.map(|stored| Record::read(&stored.bytes)) {
        None => (today, &[][..]),
        Some(Record::Profile(day, bytes)) => (day, bytes),
        Some(Record::Erased(_)) => return Err(Problem::erased()),
        Some(Record::Linked(_)) => return Err(Problem::linked()),
        Some(Record::Used(_) | Record::Own(_) | Record::Unknown) => {
            return Err(unreadable(&ProfileError::Foreign));
        }
    };
    let mut profile = match bytes {
        [] => Profile::new(),
        bytes => Profile::decode(bytes).map_err(|error| unreadable(&error))?,
    };
    let base = key.base();
    let now = sane_now(day);
    // Also what is stored: before a fold mixes what is dated ahead with the rest.
    profile.cap_times(now);
    let mut offered = offered.clone();
    offered.cap_times(now);
    offered.offered_to(key.owner(), &profile);
    if offered.has_bases() {
        offered.rehome(base, &profile);
    }
    let erases = stored.is_some() && offered.erases(&profile);
    profile.join(&offered);
    profile.fold(base);
    let joined = profile.fit(None);
    let day = if joined == bytes && day >= today.before(REFRESH_DAYS) {
        day
    } else {
        today
    };
    Ok((profile, Record::profile(day, &joined), erases))
}

/// The time that no device's clock may be ahead of: now, and no earlier than the day on which the record was written, so that a server whose clock
/// has gone back moves nothing that it holds into the past. Not the calendar's now: where that stands still, devices may be right.
fn sane_now(written: Day) -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = since.map_or(0, |since| {
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    });
    Timestamp(now.max(written.seconds() * 1000))
}

/// Writing over bytes that we cannot read would lose them, so they stay and the client is told.
fn unreadable(error: &ProfileError) -> Problem {
    tracing::error!(
        code = error.code(),
        "a stored profile cannot be read: {error}"
    );
    match error {
        ProfileError::NewerVersion { .. } => Problem::unavailable(
            "profile/stored-newer-version",
            "this server is older than the profile that it holds, which stays as it is: keep your own and try again after the server's update",
        ),
        _ => Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "profile/stored-damaged",
            "Stored profile not readable",
            "the stored profile is damaged and stays as it is: restore the data folder from a backup; devices keep their own part and will send it again",
        ),
    }
}

//! Sync: joins what a device knows into what is stored, and says what is known now.

use axum::http::StatusCode;
use endcap::profile::{Profile, ProfileError};

use crate::ProfileId;
use crate::problem::Problem;
use crate::store::{Store, Stored, Swap};

/// Rounds of compare-and-swap before the client is asked to come back.
///
/// In every round somebody succeeds, so this many devices of one customer can sync in the same instant.
const ROUNDS: usize = 64;

/// Joins `offered` into the stored profile and returns the encoded result, which is durable by then.
///
/// A profile that nobody has written anything to is not stored: reading leaves no trace.
///
/// # Errors
///
/// A [`Problem`] when the store fails, when the stored bytes cannot be read (they are left as they are),
/// or when too many others write to this profile at the same time.
pub(crate) async fn join(
    store: &dyn Store,
    id: &ProfileId,
    offered: &Profile,
) -> Result<Vec<u8>, Problem> {
    let mut current = store.load(id).await?;
    for _ in 0..ROUNDS {
        let joined = match &current {
            Some(stored) => joined(stored, offered)?,
            None if offered.is_empty() => return Ok(offered.encode()),
            None => offered.encode(),
        };
        let expected = current.as_ref().map(|stored| stored.version);
        // Also when nothing has changed: the store answers only once what it holds is durable.
        match store.compare_and_swap(id, expected, joined.clone()).await? {
            Swap::Done(_) => return Ok(joined),
            Swap::Conflict(newer) => current = newer,
        }
    }
    Err(Problem::unavailable(
        "sync/contended",
        "too many devices sync this profile at the same moment: keep the profile and try again with growing pauses",
    ))
}

fn joined(stored: &Stored, offered: &Profile) -> Result<Vec<u8>, Problem> {
    let mut profile = Profile::decode(&stored.bytes).map_err(|error| unreadable(&error))?;
    profile.join(offered);
    Ok(profile.encode())
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

//! Sync: joining, what is refused, and what a failing store does to it.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails says so by a panic"
)]

mod common;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::body::Body;
use axum::http::{StatusCode, header};
use common::{ID, joined, profile, server, shop, sync};
use endcap_server::store::{Judge, Key, Store, StoreError, Stored, Swap, Version};
use proptest::prelude::*;

#[tokio::test]
async fn two_replicas_get_to_know_the_same() {
    let shop = shop(|_| {});
    let (phone, till) = (profile(1, 5, 10), profile(2, 3, 20));
    let answer = sync(&shop.router, ID, phone.clone()).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.body, phone);
    assert_eq!(
        answer.header(header::CONTENT_TYPE),
        "application/octet-stream"
    );
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");

    let both = joined(&[&phone, &till]);
    assert_eq!(sync(&shop.router, ID, till.clone()).await.body, both);
    assert_eq!(sync(&shop.router, ID, phone.clone()).await.body, both);
    assert_eq!(sync(&shop.router, ID, "").await.body, both);

    let later = profile(1, 6, 30);
    let all = joined(&[&later, &till]);
    assert_eq!(sync(&shop.router, ID, later).await.body, all);
    assert_eq!(
        sync(&shop.router, ID, phone).await.body,
        all,
        "late and old"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn no_device_loses_every_round_to_the_others() {
    let shop = shop(|_| {});
    // Without turns each loses a round with 31 others, so that 64 rounds are lost in a row in one sync of eight.
    let devices: Vec<_> = (0..32u64)
        .map(|device| {
            let router = shop.router.clone();
            tokio::spawn(async move {
                for revision in 1..20 {
                    let answer = sync(&router, ID, profile(device % 8, revision, revision)).await;
                    assert_eq!(answer.status, StatusCode::OK, "device {device}");
                }
            })
        })
        .collect();
    for device in devices {
        device.await.unwrap();
    }
}

#[tokio::test]
async fn profiles_do_not_mix() {
    let shop = shop(|_| {});
    let other = "BBBBBBBBBBBBBBBBBBBBBB";
    sync(&shop.router, ID, profile(1, 1, 1)).await;
    let nothing = joined(&[]);
    assert_eq!(sync(&shop.router, other, "").await.body, nothing);
    let own = profile(2, 1, 1);
    assert_eq!(sync(&shop.router, other, own.clone()).await.body, own);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_of_many_syncs_at_once_are_joined() {
    let shop = shop(|_| {});
    // As many replicas as a profile holds, each syncing several states out of order.
    let tasks: Vec<_> = (0..8u64)
        .flat_map(|replica| [3, 1, 2].map(|revision| (replica, revision)))
        .map(|(replica, revision)| {
            let router = shop.router.clone();
            tokio::spawn(async move {
                let answer = sync(&router, ID, profile(replica, revision, revision)).await;
                assert_eq!(answer.status, StatusCode::OK);
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let latest: Vec<_> = (0..8).map(|replica| profile(replica, 3, 3)).collect();
    let latest: Vec<_> = latest.iter().map(Vec::as_slice).collect();
    assert_eq!(sync(&shop.router, ID, "").await.body, joined(&latest));
}

#[tokio::test]
async fn ids_that_could_be_guessed_are_refused() {
    let shop = shop(|_| {});
    for bad in [
        "short",
        &"A".repeat(65),
        "AAAAAAAAAAAAAAAAAAAAA%2F",
        "%FF%FE",
    ] {
        let answer = sync(&shop.router, bad, profile(1, 1, 1)).await;
        answer.is_problem(400, "profile/id");
        assert!(!answer.json()["detail"].as_str().unwrap().contains(bad));
    }
}

#[tokio::test]
async fn a_profile_of_a_newer_version_is_refused_and_nothing_is_lost() {
    let shop = shop(|_| {});
    let known = profile(1, 1, 1);
    sync(&shop.router, ID, known.clone()).await;
    let mut newer = profile(1, 9, 9);
    newer[1] = 200;
    sync(&shop.router, ID, newer)
        .await
        .is_problem(422, "profile/newer-version");
    assert_eq!(sync(&shop.router, ID, "").await.body, known);
}

#[tokio::test]
async fn broken_profiles_are_refused_and_nothing_is_lost() {
    let shop = shop(|_| {});
    let known = profile(1, 1, 1);
    sync(&shop.router, ID, known.clone()).await;

    let longer = [profile(1, 9, 9), vec![0; 5000]].concat();
    for (body, code) in [
        (b"{}".to_vec(), "profile/foreign"),
        (longer, "profile/too-long"),
    ] {
        sync(&shop.router, ID, body).await.is_problem(400, code);
    }
    let whole = profile(1, 9, 9);
    for length in 1..whole.len() {
        sync(&shop.router, ID, whole[..length].to_vec())
            .await
            .is_problem(400, "profile/damaged");
    }
    assert_eq!(sync(&shop.router, ID, "").await.body, known);
}

#[tokio::test]
async fn a_body_over_eight_kib_is_refused() {
    let shop = shop(|_| {});
    sync(&shop.router, ID, vec![0xec; 8193])
        .await
        .is_problem(413, "request/body-too-large");
    // Without a length, too.
    let chunks = (0..9).map(|_| Ok::<_, std::io::Error>(vec![0xec; 1024]));
    let body = Body::from_stream(futures_util::stream::iter(chunks));
    sync(&shop.router, ID, body)
        .await
        .is_problem(413, "request/body-too-large");
}

#[tokio::test]
async fn a_body_that_breaks_off_is_refused() {
    let shop = shop(|_| {});
    let chunks = [
        Ok(vec![0xec]),
        Err(std::io::Error::other("connection lost")),
    ];
    let body = Body::from_stream(futures_util::stream::iter(chunks));
    sync(&shop.router, ID, body)
        .await
        .is_problem(400, "request/body");
}

#[tokio::test(start_paused = true)]
async fn a_body_that_never_comes_is_given_up() {
    let body = Body::from_stream(futures_util::stream::pending::<std::io::Result<Vec<u8>>>());
    let server = server(Arc::new(Odd::Empty));
    sync(&server.router(None), ID, body)
        .await
        .is_problem(408, "request/slow-body");
}

/// A store that does one thing wrong.
enum Odd {
    /// Nothing wrong; for tests that never reach it.
    Empty,
    /// Holds these bytes and panics when they are written over.
    Holds(Vec<u8>),
    /// The disk is gone.
    Broken,
    /// Never answers.
    Hangs,
    /// Somebody else is always faster.
    Contended,
    /// Has a bug.
    Panics,
}

#[async_trait]
impl Store for Odd {
    async fn load(&self, _: &Key) -> Result<Option<Stored>, StoreError> {
        match self {
            Self::Empty | Self::Contended => Ok(None),
            Self::Holds(bytes) => Ok(Some(Stored {
                // As the server stores a profile, of a day long ago.
                bytes: [&[1, 1, 1], bytes.as_slice()].concat(),
                version: Version::from_bytes([1; 8]),
            })),
            Self::Broken => Err(StoreError::Read {
                reason: "no /dev/sda1".to_owned(),
            }),
            Self::Hangs => {
                tokio::time::sleep(Duration::from_secs(3600)).await;
                Ok(None)
            }
            Self::Panics => panic!("a bug"),
        }
    }

    async fn compare_and_swap(
        &self,
        _: &Key,
        _: Option<Version>,
        bytes: Vec<u8>,
    ) -> Result<Swap, StoreError> {
        match self {
            Self::Holds(held) if *held != bytes => panic!("bytes were written over"),
            Self::Contended => Ok(Swap::Conflict(None)),
            _ => Ok(Swap::Done(Version::from_bytes([1; 8]))),
        }
    }

    async fn sweep(&self, _: Judge) -> Result<u64, StoreError> {
        Ok(0)
    }

    async fn purge(&self) -> Result<(), StoreError> {
        Ok(())
    }

    async fn is_empty(&self) -> Result<bool, StoreError> {
        Ok(true)
    }

    async fn check(&self) -> Result<(), StoreError> {
        match self {
            Self::Broken => Err(StoreError::Write {
                reason: "no /dev/sda1".to_owned(),
            }),
            _ => Ok(()),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_failing_store_is_a_problem_that_says_so() {
    let newer = vec![0xec, 200, 1, 2, 3];
    for (store, status, code) in [
        (Odd::Holds(newer), 503, "profile/stored-newer-version"),
        (Odd::Holds(b"rot".to_vec()), 500, "profile/stored-damaged"),
        (Odd::Broken, 503, "store/read"),
        (Odd::Hangs, 503, "server/timeout"),
        (Odd::Contended, 503, "sync/contended"),
        (Odd::Panics, 500, "server/internal"),
    ] {
        let router = server(Arc::new(store)).router(None);
        let answer = sync(&router, ID, profile(1, 1, 1)).await;
        answer.is_problem(status, code);
        let retry = answer.headers.contains_key(header::RETRY_AFTER);
        assert_eq!(retry, status == 503, "{code}");
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        assert!(!text.contains("sda1") && !text.contains(ID), "{text}");
    }
}

#[tokio::test]
async fn health_follows_the_store() {
    let fine = server(Arc::new(Odd::Empty)).router(None);
    assert_eq!(common::get(&fine, "/health/live").await.status, 200);
    assert_eq!(common::get(&fine, "/health/ready").await.status, 200);
    let broken = server(Arc::new(Odd::Broken)).router(None);
    assert_eq!(common::get(&broken, "/health/live").await.status, 200);
    common::get(&broken, "/health/ready")
        .await
        .is_problem(503, "store/write");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whatever comes, the answer is a joined profile or a problem of the client's making.
    #[test]
    fn hostile_bodies_are_answered(
        id in "[ -~]{0,70}",
        body in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..200),
            // Begins like a profile.
            prop::collection::vec(any::<u8>(), 0..200).prop_map(|rest| [&[0xec, 1][..], &rest].concat()),
            // A profile with one byte changed.
            (any::<u8>(), 0..15usize).prop_map(|(byte, at)| {
                let mut bytes = profile(7, 7, 7);
                bytes[at] = byte;
                bytes
            }),
        ],
    ) {
        let path: String = id.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let router = server(Arc::new(Odd::Empty)).router(None);
            for id in [ID, path.as_str()] {
                let answer = sync(&router, id, body.clone()).await;
                match answer.status.as_u16() {
                    200 => prop_assert!(endcap::profile::Profile::decode(&answer.body).is_ok()),
                    400 | 404 | 422 => prop_assert!(answer.json()["code"].is_string()),
                    other => prop_assert!(false, "{other}"),
                }
            }
            Ok(())
        })?;
    }
}

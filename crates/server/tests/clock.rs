//! Clocks that jump: what is kept by age survives each, on and back, before a start and in the middle.
#![expect(clippy::unwrap_used, reason = "a test that fails says so by a panic")]

mod common;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use axum::Router;
use common::{get, profile, secret, sync};
use endcap_server::store::EmbeddedStore;
use endcap_server::{
    Calendar, Day, Erased, Held, KeepDays, Metrics, Profiles, Retired, Server, admin,
};

/// What the tests call today, in days since 1970.
const TODAY: u16 = 20_000;
const KEEP: KeepDays = KeepDays(395);
const PROFILES: u64 = 40;

struct Running {
    router: Router,
    profiles: Arc<Profiles>,
    metrics: Arc<Metrics>,
    /// The hand of its clock, in days.
    hand: Arc<AtomicU16>,
}

/// Starts a server on `data`, as `endcap serve` does, with its clock on a day.
async fn start(data: &Path, clock: u16, confirmed: Option<&str>) -> Running {
    let hand = Arc::new(AtomicU16::new(clock));
    let time = Arc::clone(&hand);
    let time = move || {
        let days = u64::from(time.load(Ordering::Relaxed));
        UNIX_EPOCH + Duration::from_secs(days * 86_400 + 3600)
    };
    let confirmed = confirmed.map(|day| day.parse::<Day>().unwrap());
    let calendar = Arc::new(Calendar::new(time).confirmed(confirmed));
    let store = EmbeddedStore::open(&data.join("profiles")).unwrap();
    let erased = Erased::open(&data.join("erased")).unwrap();
    let profiles = Profiles::new(Arc::new(store), Arc::new(erased)).with_calendar(calendar);
    let profiles = Arc::new(profiles);
    let metrics = Arc::new(Metrics::new());
    let clock = profiles.start_calendar().await.unwrap();
    metrics.hold("clock", clock.err().map(Held::Clock));
    let mut server = Server::new(Arc::clone(&profiles), secret());
    server.metrics = Arc::clone(&metrics);
    Running {
        router: server.router(None),
        profiles,
        metrics,
        hand,
    }
}

impl Running {
    async fn write(&self) {
        for name in 0..PROFILES {
            let answer = sync(&self.router, &id(name), profile(1, 1, 1)).await;
            assert_eq!(answer.status, 200);
        }
    }

    async fn kept(&self) -> u64 {
        let mut kept = 0;
        for name in 0..PROFILES {
            let shown = get(&self.router, &format!("/v1/profiles/{}", id(name))).await;
            kept += shown.json()["replicas"].as_u64().unwrap();
        }
        kept
    }

    async fn retire(&self) -> Retired {
        let retired = self.profiles.retire(KEEP).await.unwrap();
        self.metrics.hold("profiles", retired.held);
        retired
    }

    async fn held(&self) -> Vec<String> {
        let ready = get(&self.router, "/health/ready").await;
        assert_eq!(ready.status, 200, "it can still serve");
        serde_json::from_value(ready.json()["held"].clone()).unwrap()
    }
}

fn id(name: u64) -> String {
    format!("{name:022}")
}

fn code(retired: Retired) -> Option<&'static str> {
    retired.held.map(Held::code)
}

#[tokio::test]
async fn a_server_that_boots_in_the_far_future_deletes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let server = start(folder.path(), TODAY, None).await;
    server.write().await;
    drop(server);

    let server = start(folder.path(), TODAY + 400, None).await;
    assert_eq!(server.held().await, ["retention/clock"]);
    let retired = server.retire().await;
    assert_eq!(
        (retired.changed, code(retired)),
        (0, Some("retention/clock"))
    );
    assert_eq!(server.kept().await, PROFILES);
    let metrics = get(&admin(Arc::clone(&server.metrics), Vec::new()), "/metrics").await;
    let metrics = String::from_utf8(metrics.body.to_vec()).unwrap();
    let line = r#"endcap_retention_held{what="profiles",code="retention/clock"} 1"#;
    assert!(metrics.contains(line), "{metrics}");
    // What is written by such a clock is of the day that is believed.
    sync(&server.router, &id(0), profile(1, 2, 2)).await;
    drop(server);

    let server = start(folder.path(), TODAY + 1, None).await;
    let retired = server.retire().await;
    assert_eq!((retired.changed, code(retired)), (0, None));
    assert!(server.held().await.is_empty());
    assert_eq!(server.kept().await, PROFILES);
}

#[tokio::test]
async fn what_a_clock_of_the_past_writes_is_not_forgotten_when_it_is_right_again() {
    let folder = tempfile::tempdir().unwrap();
    let server = start(folder.path(), TODAY, None).await;
    drop(server);
    let server = start(folder.path(), 0, None).await;
    assert_eq!(server.held().await, ["retention/clock"]);
    server.write().await;
    assert_eq!(code(server.retire().await), Some("retention/clock"));
    drop(server);
    let server = start(folder.path(), TODAY, None).await;
    assert_eq!(code(server.retire().await), None);
    assert_eq!(server.kept().await, PROFILES);
}

#[tokio::test]
async fn a_clock_that_jumps_in_the_middle_deletes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let server = start(folder.path(), TODAY, None).await;
    server.write().await;
    for jump in [TODAY + 400, 0, u16::MAX] {
        server.hand.store(jump, Ordering::Relaxed);
        assert_eq!(code(server.retire().await), Some("retention/clock"));
        assert_eq!(server.kept().await, PROFILES);
    }
    server.hand.store(TODAY + 2, Ordering::Relaxed);
    assert_eq!(code(server.retire().await), None);
    assert_eq!(server.kept().await, PROFILES);
}

#[tokio::test]
async fn days_that_really_passed_count_once_they_are_confirmed() {
    let folder = tempfile::tempdir().unwrap();
    let server = start(folder.path(), TODAY, None).await;
    server.write().await;
    drop(server);
    let later = (TODAY + 400).to_string();
    // Another day's confirmation, left in a configuration, is none.
    for (confirmed, kept) in [("2024-10-04", PROFILES), ("2025-11-08", 0)] {
        let server = start(folder.path(), TODAY + 400, Some(confirmed)).await;
        server.retire().await;
        assert_eq!(server.kept().await, kept, "{confirmed} on {later}");
    }
}

#[tokio::test]
async fn an_option_that_would_delete_much_is_held() {
    let folder = tempfile::tempdir().unwrap();
    let server = start(folder.path(), TODAY, None).await;
    server.write().await;
    // Day by day, as days pass.
    for day in 1..=30 {
        server.hand.store(TODAY + day, Ordering::Relaxed);
        assert_eq!(code(server.retire().await), None);
    }
    let retired = server.profiles.retire(KeepDays(7)).await.unwrap();
    assert_eq!(
        (retired.changed, code(retired)),
        (0, Some("retention/too-many"))
    );
    assert_eq!(server.kept().await, PROFILES);
    assert_eq!(
        server.profiles.retire(KeepDays(0)).await.unwrap().held,
        None
    );
}

#[tokio::test]
async fn a_store_of_an_earlier_version_knows_its_newest_day() {
    use endcap_server::ProfileId;
    use endcap_server::store::{Key, Store as _};
    let folder = tempfile::tempdir().unwrap();
    let store = EmbeddedStore::open(&folder.path().join("profiles")).unwrap();
    for name in 0..PROFILES {
        let key = Key::from(&ProfileId::parse(&id(name)).unwrap());
        let record = [&[1][..], &TODAY.to_be_bytes(), &profile(1, 1, 1)].concat();
        store.compare_and_swap(&key, None, record).await.unwrap();
    }
    drop(store);
    let server = start(folder.path(), TODAY + 400, None).await;
    assert_eq!(code(server.retire().await), Some("retention/clock"));
    assert_eq!(server.kept().await, PROFILES);
}

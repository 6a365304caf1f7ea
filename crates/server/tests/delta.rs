//! Delta sync: devices with engines of their own, the oldest client beside the newest, and what a link brings with it.
#![expect(clippy::unwrap_used, reason = "a test that fails says so by a panic")]

mod common;

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use common::{ID, Shop, profile, secret, send, shop, sync};
use endcap::key::Key;
use endcap::profile::Profile;
use endcap::{Engine, Event, EventParams, Item, Timestamp};
use endcap_server::{ProfileId, token};

/// In the past, wherever this runs: the server caps what is dated ahead.
const NOW: u64 = 1_700_000_000_000;

/// A device and what it knows of the server.
struct Device {
    engine: Engine,
    since: Vec<u8>,
    now: u64,
}

impl Device {
    fn new(replica: u64) -> Self {
        Self {
            engine: Engine::new(replica),
            since: Vec::new(),
            now: NOW,
        }
    }

    fn views(&mut self, item: &str) {
        let items = vec![Item::with_id(item)];
        let params = EventParams {
            items,
            ..EventParams::default()
        };
        let name = "view_item".into();
        let event = Event { name, params };
        self.engine.observe(&event, Timestamp(self.now)).unwrap();
    }

    /// Syncs with profile `id`; how many bytes went each way.
    async fn syncs(&mut self, shop: &Shop, id: &str) -> (usize, usize) {
        let message = self.engine.profile_delta(&self.since);
        let answer = sync(&shop.router, id, message.clone()).await;
        assert_eq!(answer.status, StatusCode::OK);
        self.since = self.engine.join_delta(&answer.body).unwrap();
        assert!(self.engine.is_synced(&self.since));
        (message.len(), answer.body.len())
    }

    /// What is known, whatever it is made of.
    fn knows(&self) -> Vec<(u64, i64)> {
        knows(self.engine.shopper())
    }
}

fn knows(profile: &Profile) -> Vec<(u64, i64)> {
    let known = profile.known(Timestamp(NOW)).into_iter();
    // A mass is rounded to 0.14 %, in whatever order it was added up.
    known
        .map(|known| (known.key.to_u64(), (known.positive * 50.0).round() as i64))
        .collect()
}

#[tokio::test]
async fn only_what_the_other_side_lacks_goes_over_the_wire() {
    let shop = shop(|_| {});
    let (mut phone, mut till) = (Device::new(1), Device::new(2));
    for item in 0..60 {
        phone.views(&format!("first {item}"));
    }
    let (whole, _) = phone.syncs(&shop, ID).await;
    phone.views("one more");
    let (delta, nothing) = phone.syncs(&shop, ID).await;
    assert!(whole > 350 && delta < 80, "{whole}, {delta} bytes");
    assert!(nothing < 40, "{nothing} bytes");
    let (asked, got) = till.syncs(&shop, ID).await;
    assert!(asked < 20 && got > 350, "{asked}, {got} bytes");
    assert_eq!(till.knows(), phone.knows());

    till.views("at the till");
    till.syncs(&shop, ID).await;
    let (asked, got) = phone.syncs(&shop, ID).await;
    assert!(asked < 60 && got < 100, "{asked}, {got} bytes");
    assert_eq!(till.knows(), phone.knows());
}

#[tokio::test]
async fn a_hundred_private_windows_are_folded_and_none_counts_twice() {
    let shop = shop(|_| {});
    for number in 0..100 {
        let mut window = Device::new(1000 + number);
        // Two days in all, in which what was learned fades by 5 % at most.
        window.now = NOW - (100 - number) * 30 * 60_000;
        for _ in 0..2 {
            window.views("the same item");
            window.syncs(&shop, ID).await;
        }
        // Whatever is repeated changes nothing.
        window.since.clear();
        window.syncs(&shop, ID).await;
    }
    let mut phone = Device::new(1);
    let (_, got) = phone.syncs(&shop, ID).await;
    assert!(got < Profile::MAX_BYTES, "{got} bytes");
    let [(_, worth)] = phone.knows()[..] else {
        panic!("{:?}", phone.knows());
    };
    // 200 views, and the logarithm of a sum is rounded with each.
    assert!((9_500..10_100).contains(&worth), "{worth}");
}

#[tokio::test]
async fn the_first_version_and_this_one_share_a_profile() {
    let shop = shop(|_| {});
    let mut phone = Device::new(1);
    phone.views("on the phone");
    phone.syncs(&shop, ID).await;
    phone.views("later");
    phone.syncs(&shop, ID).await;

    let old = profile(7, 3, 3);
    let answer = sync(&shop.router, ID, old.clone()).await;
    assert_eq!(answer.body[..2], [0xec, 1], "it is answered as it asks");
    let of_both = Profile::decode(&answer.body).unwrap();
    assert_eq!(of_both.replicas(), 2, "what has no words is left out here");
    // It sends back what it was told, and nothing counts twice.
    let mut joined = of_both;
    joined.join(&Profile::decode(&old).unwrap());
    let again = sync(&shop.router, ID, answer.body.to_vec()).await;
    assert_eq!(again.body, answer.body);
    let before = phone.knows();
    phone.syncs(&shop, ID).await;
    assert_eq!(phone.knows(), before);
    assert_eq!(phone.engine.shopper().replicas(), 2);
}

/// A device whose clock is ten years ahead does not outweigh another one's honest views, there or anywhere that its profile is read later.
#[tokio::test]
async fn the_server_caps_what_is_dated_ahead() {
    let shop = shop(|_| {});
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let now = now.unwrap().as_millis() as u64;
    let (mut phone, mut tablet) = (Device::new(1), Device::new(2));
    phone.now = now;
    for _ in 0..30 {
        phone.views("camera");
    }
    phone.syncs(&shop, ID).await;
    tablet.now = now + 3_650 * 86_400_000;
    tablet.views("tap");
    tablet.syncs(&shop, ID).await;
    phone.syncs(&shop, ID).await;
    // Two days later the server's copy of the tap is past and fades like the rest: its time was capped for good.
    let stored = Profile::decode(&phone.engine.profile()).unwrap();
    for later in [0, 2, 60] {
        let known = stored.known(Timestamp(now + later * 86_400_000));
        let of = |id| {
            let key = endcap::key::Key::item(id);
            known
                .iter()
                .find(|known| known.key == key)
                .unwrap()
                .positive
        };
        let share = of("tap") / of("camera");
        assert!((0.8..1.1).contains(&(share * 30.0)), "{later}: {share}");
    }
}

#[tokio::test]
async fn what_was_erased_stays_erased_though_a_device_comes_back() {
    let shop = shop(|_| {});
    let (mut phone, mut tablet) = (Device::new(1), Device::new(2));
    phone.views("before");
    phone.syncs(&shop, ID).await;
    tablet.syncs(&shop, ID).await;
    tablet.views("offline");
    phone.engine.erase_everywhere(Timestamp(NOW));
    phone.engine.set_replica(3);
    phone.views("after");
    phone.syncs(&shop, ID).await;

    tablet.syncs(&shop, ID).await;
    assert_eq!(tablet.knows(), phone.knows());
    assert_eq!(tablet.knows().len(), 1);
    sync(&shop.router, ID, profile(7, 3, 3))
        .await
        .is_problem(410, "profile/erased");
    sync(&shop.router, ID, "")
        .await
        .is_problem(410, "profile/erased");
}

const DAY: u64 = 24 * 60 * 60 * 1000;
const CUSTOMER: &str = "C-1001";

fn customers_id() -> ProfileId {
    ProfileId::of_customer(&secret(), CUSTOMER, 0)
}

impl Device {
    /// A device that has the profile under `id`.
    fn of(replica: u64, id: &str) -> Self {
        let mut device = Self::new(replica);
        device.engine.set_owner(id);
        device
    }

    /// Erases everything everywhere, and goes on a minute later.
    fn erases(&mut self) {
        self.engine.erase_everywhere(Timestamp(self.now));
        self.now += 60_000;
    }

    /// Logs in, showing `shown` as the id that it has had, and goes on as the customer.
    async fn links(&mut self, shop: &Shop, shown: Option<&str>) {
        let token = token::sign(&secret(), CUSTOMER, Duration::from_secs(60)).unwrap();
        let request = Request::post("/v1/link");
        let mut request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        if let Some(id) = shown {
            request = request.header("endcap-profile", id);
        }
        let request = request.body(Body::from(self.engine.profile()));
        assert_eq!(send(&shop.router, request.unwrap()).await.status, 200);
        self.engine.set_owner(customers_id().as_str());
        self.since.clear();
    }

    /// The items of these that it knows, whatever they are worth.
    fn items<'a>(&self, of: &[&'a str]) -> Vec<&'a str> {
        let known = self.engine.shopper().known(Timestamp(self.now));
        let knows = |item: &str| known.iter().any(|known| known.key == Key::item(item));
        of.iter().copied().filter(|item| knows(item)).collect()
    }
}

/// Of all ways in which the erasure could come: by the link, in the profile that the server has of the device, and by a tab that comes later.
#[tokio::test]
async fn an_erasure_before_the_login_erases_nothing_of_the_customers() {
    const ITEMS: [&str; 4] = ["on the laptop", "before", "after", "in the other tab"];
    let id = customers_id();
    for shown in [Some(ID), None] {
        let shop = shop(|_| {});
        let mut laptop = Device::of(1, id.as_str());
        laptop.views("on the laptop");
        laptop.syncs(&shop, id.as_str()).await;
        let mut phone = Device::of(2, ID);
        phone.now += DAY;
        phone.views("before");
        phone.syncs(&shop, ID).await;
        phone.erases();
        phone.views("after");
        phone.syncs(&shop, ID).await;
        let mut tab = Device::of(3, ID);
        tab.now = phone.now;
        tab.syncs(&shop, ID).await;
        tab.views("in the other tab");

        phone.links(&shop, shown).await;
        // A tab that has not heard of the login, under the new id: the server alone can tell.
        let message = tab.engine.profile_delta(&[]);
        assert_eq!(sync(&shop.router, id.as_str(), message).await.status, 200);
        phone.syncs(&shop, id.as_str()).await;
        laptop.now = phone.now;
        laptop.syncs(&shop, id.as_str()).await;
        assert_eq!(
            laptop.items(&ITEMS),
            ["on the laptop", "after", "in the other tab"]
        );
        assert_eq!(phone.knows(), laptop.knows());
        // A tab that hears of it by what the phone tells the others.
        tab.engine.set_owner(id.as_str());
        tab.engine.join_profile(&phone.engine.profile()).unwrap();
        assert_eq!(tab.knows(), laptop.knows());

        // An erasure of the customer's own goes everywhere, as ever.
        phone.now += DAY;
        phone.erases();
        phone.syncs(&shop, id.as_str()).await;
        laptop.syncs(&shop, id.as_str()).await;
        assert_eq!(laptop.items(&ITEMS), [""; 0]);
    }
}

/// What a customer erased stays erased, and a new device brings what it has learned since.
#[tokio::test]
async fn a_login_after_the_customers_erasure_loses_nothing_and_counts_nothing_twice() {
    let shop = shop(|_| {});
    let id = customers_id();
    let mut laptop = Device::of(1, id.as_str());
    laptop.views("erased");
    laptop.syncs(&shop, id.as_str()).await;
    laptop.erases();
    laptop.syncs(&shop, id.as_str()).await;
    let mut phone = Device::of(2, ID);
    phone.now = laptop.now + DAY;
    phone.views("on the phone");
    let before = phone.knows();
    phone.links(&shop, Some(ID)).await;
    phone.syncs(&shop, id.as_str()).await;
    assert_eq!(phone.knows(), before);
    laptop.now = phone.now;
    laptop.syncs(&shop, id.as_str()).await;
    assert_eq!(laptop.knows(), before);
}

/// One that has the customer's profile already, and has not been told of an erasure, brings nothing back by logging in again.
#[tokio::test]
async fn a_device_that_was_away_brings_nothing_back_by_a_login() {
    let shop = shop(|_| {});
    let id = customers_id();
    let (mut laptop, mut phone) = (Device::of(1, id.as_str()), Device::of(2, id.as_str()));
    phone.views("erased");
    phone.syncs(&shop, id.as_str()).await;
    laptop.syncs(&shop, id.as_str()).await;
    laptop.erases();
    laptop.syncs(&shop, id.as_str()).await;
    for shown in [Some(id.as_str()), None] {
        phone.links(&shop, shown).await;
        laptop.syncs(&shop, id.as_str()).await;
        assert_eq!(laptop.items(&["erased"]), [""; 0]);
    }
}

#[tokio::test]
async fn a_message_of_a_newer_version_is_refused_and_so_is_a_broken_one() {
    let shop = shop(|_| {});
    let mut phone = Device::new(1);
    phone.views("1");
    let message = phone.engine.profile_delta(&[]);
    let mut newer = message.clone();
    newer[1] = 9;
    sync(&shop.router, ID, newer)
        .await
        .is_problem(422, "profile/newer-version");
    // A section that is not known here.
    let mut newer = message.clone();
    newer[2] |= 0x40;
    sync(&shop.router, ID, newer)
        .await
        .is_problem(422, "profile/newer-version");
    for length in 1..message.len() {
        sync(&shop.router, ID, message[..length].to_vec())
            .await
            .is_problem(400, "profile/damaged");
    }
}

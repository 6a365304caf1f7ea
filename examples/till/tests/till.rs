//! A day at a till, with a real server on a real socket.
#![expect(clippy::unwrap_used, reason = "a test that fails says so by a panic")]
#![expect(
    clippy::disallowed_methods,
    reason = "the server under test goes by the machine's clock"
)]

use std::fs;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;

use endcap::{Engine, Event, Item, Text, Timestamp};
use endcap_server::store::EmbeddedStore;
use endcap_server::{MaxConnections, Profiles, Proxies, Secret, Server as Backend};
use endcap_till::{Queue, Sale, Sent, Server};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

const SECRET: &[u8] = b"a secret of the shop that nobody knows";

/// Whenever this runs, the server's clock is the machine's.
fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Timestamp(since.unwrap().as_millis() as u64)
}

fn purchase(brand: &str) -> Event {
    let mut event = Event {
        name: "purchase".to_owned(),
        ..Event::default()
    };
    event.params.items = vec![Item {
        item_id: Text(format!("of-{brand}")),
        item_brand: Text(brand.to_owned()),
        ..Item::default()
    }];
    event
}

struct Running {
    runtime: Runtime,
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
}

/// A server on the profiles in `folder`, on a port of its own or on the one before.
fn start(folder: &Path, address: Option<SocketAddr>) -> Running {
    let runtime = Runtime::new().unwrap();
    let store = EmbeddedStore::open(&folder.join("profiles")).unwrap();
    let backend = Backend::new(
        Arc::new(Profiles::new(Arc::new(store), Arc::default())),
        Secret::new(SECRET.to_vec()).unwrap(),
    );
    let router = backend.router(None);
    let address = address.unwrap_or_else(|| "127.0.0.1:0".parse().unwrap());
    let listener = runtime.block_on(TcpListener::bind(address)).unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    runtime.spawn(endcap_server::serve(
        listener,
        router,
        MaxConnections {
            all: NonZeroU32::new(16).unwrap(),
            per_address: None,
            proxies: Proxies::default(),
        },
        async {
            stopped.await.ok();
        },
    ));
    Running {
        runtime,
        address,
        stop: Some(stop),
    }
}

impl Running {
    fn till(&self) -> Server {
        Server::new(&format!("http://{}", self.address), SECRET.to_vec())
    }

    fn end(mut self) {
        self.stop.take().unwrap().send(()).ok();
        self.runtime
            .shutdown_timeout(std::time::Duration::from_secs(2));
    }
}

/// Which of the brands a shopper is believed to like who opens the app now, in their order.
fn known(server: &Server, customer: &str) -> Vec<&'static str> {
    let profile = server.profile(customer, now()).unwrap();
    let mut engine = Engine::new(1);
    if !profile.is_empty() {
        engine.join_profile(&profile).unwrap();
    }
    let nobody = |brand: &str| Item {
        item_id: Text(format!("new-{brand}")),
        item_brand: Text(brand.to_owned()),
        ..Item::default()
    };
    ["Aquanova", "Lumaro", "Kessler"]
        .into_iter()
        .filter(|brand| engine.rank(&[nobody("nobody's"), nobody(brand)], now())[0].index == 1)
        .collect()
}

#[test]
fn a_day_without_a_network_is_in_the_profile_the_next_morning() {
    let (folder, sales) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let running = start(folder.path(), None);
    let (till, address) = (running.till(), running.address);
    running.end();
    let queue = Queue::open(sales.path()).unwrap();
    let yesterday = Timestamp(now().0 - 24 * 3_600_000);
    for (customer, brand) in [("C-1", "Aquanova"), ("C-2", "Kessler"), ("C-1", "Lumaro")] {
        let sale = Sale {
            customer,
            event: &purchase(brand),
            time: yesterday,
        };
        queue.record(&sale, None).unwrap();
    }
    assert_eq!(
        queue.send(&till, now()).unwrap(),
        Sent {
            sent: 0,
            waiting: 3
        }
    );
    // The till is switched off over night.
    drop(queue);
    let running = start(folder.path(), Some(address));
    let queue = Queue::open(sales.path()).unwrap();
    assert_eq!(
        queue.send(&till, now()).unwrap(),
        Sent {
            sent: 3,
            waiting: 0
        }
    );
    assert_eq!(known(&till, "C-1"), ["Aquanova", "Lumaro"]);
    assert_eq!(known(&till, "C-2"), ["Kessler"]);
    assert_eq!(known(&till, "C-3"), [""; 0]);
    assert_eq!(queue.send(&till, now()).unwrap(), Sent::default());
    assert_eq!(
        fs::read_dir(sales.path()).unwrap().count(),
        0,
        "no customer's number stays"
    );
    running.end();
}

#[test]
fn a_sale_that_is_sent_twice_counts_once() {
    let (folder, sales) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let running = start(folder.path(), None);
    let till = running.till();
    let queue = Queue::open(sales.path()).unwrap();
    let sale = Sale {
        customer: "C-1",
        event: &purchase("Aquanova"),
        time: now(),
    };
    queue.record(&sale, None).unwrap();
    let file = fs::read_dir(sales.path())
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let kept = fs::read(&file).unwrap();
    assert_eq!(queue.send(&till, now()).unwrap().sent, 1);
    let once = till.profile("C-1", now()).unwrap();
    // The answer came, and the power went before the file did.
    fs::write(&file, kept).unwrap();
    assert_eq!(queue.send(&till, now()).unwrap().sent, 1);
    assert_eq!(till.profile("C-1", now()).unwrap(), once);
    running.end();
}

#[test]
fn what_can_never_be_sent_does_not_hold_up_the_rest() {
    let (folder, sales) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let running = start(folder.path(), None);
    let till = running.till();
    fs::write(sales.path().join("0-damaged.sale"), b"{").unwrap();
    fs::write(sales.path().join(".half"), b"power went").unwrap();
    let queue = Queue::open(sales.path()).unwrap();
    let sale = Sale {
        customer: "C-1",
        event: &purchase("Aquanova"),
        time: now(),
    };
    queue.record(&sale, None).unwrap();
    assert_eq!(
        queue.send(&till, now()).unwrap(),
        Sent {
            sent: 1,
            waiting: 0
        }
    );
    assert!(sales.path().join("0-damaged.refused").exists());
    // A secret that is wrong may be right tomorrow.
    queue.record(&sale, None).unwrap();
    let stranger = Server::new(
        &format!("http://{}", running.address),
        b"another secret of thirty-two bytes".to_vec(),
    );
    assert_eq!(
        queue.send(&stranger, now()).unwrap(),
        Sent {
            sent: 0,
            waiting: 1
        }
    );
    running.end();
}

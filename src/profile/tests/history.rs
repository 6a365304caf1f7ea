//! Histories of devices, a server and a network that loses, repeats and delays, beside a simple model: which events each of them knows.
//!
//! Each event has a key of its own and weighs one view, so that a profile tells which events it counts, and how often.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::super::base::Room;
use super::super::*;

const NOW: u64 = 1_790_000_000_000;
const DEVICES: usize = 4;
const KEEPER: u64 = 99;

/// One step of a history; the numbers choose a device.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// A device records an event.
    Record(usize),
    /// It syncs, and all goes well.
    Sync(usize),
    /// It sends what the server lacks; the request waits in the network.
    Send(usize),
    /// A request of the network arrives: the nth, which may stay there to come again. The answer waits in the network.
    Arrive(usize, bool),
    /// An answer arrives.
    Answer(usize, bool),
    /// A message is lost.
    Lose(usize),
    /// Two devices exchange all they have, as tabs do.
    Meet(usize, usize),
    /// A device is restored from its bytes.
    Restart(usize),
    /// A page begins as another replica.
    Leave(usize),
    /// Everything is erased at a device.
    Erase(usize),
    /// The clock of a device is set: right, or wrong by years.
    Clock(usize, i64),
}

fn step() -> impl Strategy<Value = Step> {
    let device = 0..DEVICES;
    prop_oneof![
        6 => device.clone().prop_map(Step::Record),
        6 => device.clone().prop_map(Step::Sync),
        4 => device.clone().prop_map(Step::Send),
        4 => (0usize..4, any::<bool>()).prop_map(|(at, again)| Step::Arrive(at, again)),
        4 => (0usize..4, any::<bool>()).prop_map(|(at, again)| Step::Answer(at, again)),
        1 => (0usize..4).prop_map(Step::Lose),
        2 => (device.clone(), device.clone()).prop_map(|(a, b)| Step::Meet(a, b)),
        1 => device.clone().prop_map(Step::Restart),
        1 => device.clone().prop_map(Step::Leave),
        1 => (device.clone(), clock()).prop_map(|(at, clock)| Step::Clock(at, clock)),
        1 => (device, 0u8..8).prop_filter_map("rarely", |(at, rare)| (rare == 0).then_some(Step::Erase(at))),
    ]
}

/// By how many milliseconds a clock is wrong: ten years or one ahead, or a year behind. Behind by more, events weigh nothing and are dropped.
fn clock() -> impl Strategy<Value = i64> {
    prop_oneof![Just(0), Just(10 * YEAR_MS), Just(YEAR_MS), Just(-YEAR_MS)]
}

const YEAR_MS: i64 = 365 * 24 * 60 * 60 * 1000;

/// An event, and how wrong the clock was that dated it.
type Event = (u64, i64);

/// A profile, and the events that it must know: per epoch, so that what was erased is told from what is lost.
#[derive(Clone, Default)]
struct Knower {
    profile: Profile,
    model: BTreeMap<u64, BTreeSet<Event>>,
}

impl Knower {
    fn epoch(&self) -> u64 {
        self.model.keys().next_back().copied().unwrap_or(0)
    }

    fn join(&mut self, profile: &Profile, model: &BTreeMap<u64, BTreeSet<Event>>) {
        self.profile.join(profile);
        for (&epoch, events) in model {
            self.model.entry(epoch).or_default().extend(events);
        }
    }

    /// Exactly the events of the latest epoch are counted, each once, and what is dated ahead as of now; other events of the same and of other devices
    /// weigh as ever.
    fn check(&self) -> Result<(), TestCaseError> {
        let nothing = BTreeSet::new();
        let events = self.model.get(&self.epoch()).unwrap_or(&nothing);
        let evidence = self.profile.evidence(Timestamp(NOW));
        prop_assert_eq!(evidence.len(), events.len());
        for &(event, wrong) in events {
            let worth = evidence.get(key(event)).map_or(0.0, |known| known.positive);
            let expected = match wrong {
                0 => 1.0..=1.0,
                // Fresh, give or take the day that clocks may be ahead.
                1.. => 1.0..=1.03,
                // Twelve half-lives old.
                _ => 0.000_2..=0.000_3,
            };
            prop_assert!(expected.contains(&worth), "{} {}", wrong, worth);
        }
        Ok(())
    }
}

struct Device {
    knower: Knower,
    replica: ReplicaId,
    clock: i64,
    /// What the server had when it was last heard.
    since: Summary,
}

/// A message under way, with what the model says is in it.
#[derive(Clone)]
struct Letter {
    device: usize,
    bytes: Vec<u8>,
    model: BTreeMap<u64, BTreeSet<Event>>,
}

struct World {
    devices: Vec<Device>,
    server: Knower,
    requests: Vec<Letter>,
    answers: Vec<Letter>,
    events: u64,
    replicas: u64,
}

fn key(event: u64) -> Key {
    Key::item(&format!("event {event}"))
}

impl World {
    fn new() -> Self {
        let device = |at: u64| Device {
            knower: Knower::default(),
            replica: ReplicaId(at),
            clock: 0,
            since: Summary::default(),
        };
        Self {
            devices: (0..DEVICES as u64).map(device).collect(),
            server: Knower::default(),
            requests: Vec::new(),
            answers: Vec::new(),
            events: 0,
            replicas: DEVICES as u64,
        }
    }

    fn step(&mut self, step: Step) -> Result<(), TestCaseError> {
        match step {
            Step::Record(at) => {
                self.events += 1;
                let device = &mut self.devices[at];
                let event = key(self.events);
                let now = Timestamp(NOW.saturating_add_signed(device.clock));
                device
                    .knower
                    .profile
                    .record(device.replica, 1.0, [event], now);
                let epoch = device.knower.epoch();
                device
                    .knower
                    .model
                    .entry(epoch)
                    .or_default()
                    .insert((self.events, device.clock));
            }
            Step::Send(at) => {
                let device = &self.devices[at];
                let bytes = device.knower.profile.message(&device.since).encode();
                let model = device.knower.model.clone();
                self.requests.push(Letter {
                    device: at,
                    bytes,
                    model,
                });
            }
            Step::Sync(at) => {
                self.step(Step::Send(at))?;
                self.step(Step::Arrive(self.requests.len() - 1, false))?;
                self.step(Step::Answer(self.answers.len() - 1, false))?;
            }
            Step::Arrive(at, again) if at < self.requests.len() => {
                let letter = self.requests[at].clone();
                if !again {
                    self.requests.remove(at);
                }
                self.serve(letter)?;
            }
            Step::Answer(at, again) if at < self.answers.len() => {
                let letter = self.answers[at].clone();
                if !again {
                    self.answers.remove(at);
                }
                self.answer(letter)?;
            }
            Step::Lose(at) if at < self.requests.len() => drop(self.requests.remove(at)),
            Step::Lose(at) if at < self.answers.len() => drop(self.answers.remove(at)),
            Step::Meet(a, b) if a != b => {
                let (one, other) = (
                    self.devices[a].knower.clone(),
                    self.devices[b].knower.clone(),
                );
                self.devices[a].knower.join(&other.profile, &other.model);
                self.devices[b].knower.join(&one.profile, &one.model);
                prop_assert_eq!(
                    &self.devices[a].knower.profile,
                    &self.devices[b].knower.profile
                );
            }
            Step::Restart(at) => {
                let profile = &mut self.devices[at].knower.profile;
                let bytes = profile.encode();
                *profile = Profile::decode(&bytes)
                    .map_err(|error| TestCaseError::fail(error.to_string()))?;
                prop_assert_eq!(profile.encode(), bytes);
            }
            Step::Leave(at) => {
                self.devices[at].replica = ReplicaId(self.replicas);
                self.replicas += 1;
            }
            Step::Erase(at) => {
                let device = &mut self.devices[at];
                device
                    .knower
                    .profile
                    .erase(Owner::default(), Timestamp(NOW + self.events));
                // Erasures of different devices at one moment are one erasure.
                device
                    .knower
                    .model
                    .insert(device.knower.profile.epoch, BTreeSet::new());
                device.replica = ReplicaId(self.replicas);
                self.replicas += 1;
            }
            Step::Clock(at, clock) => self.devices[at].clock = clock,
            _ => {}
        }
        self.devices
            .iter()
            .try_for_each(|device| device.knower.check())
    }

    fn serve(&mut self, letter: Letter) -> Result<(), TestCaseError> {
        let Message { summary, mut delta } = Message::decode(&letter.bytes)
            .map_err(|error| TestCaseError::fail(error.to_string()))?;
        delta.cap_times(Timestamp(NOW));
        // What it left out, the server has told it had, so the model may take the sender's whole knowledge.
        self.server.join(&delta, &letter.model);
        let room = Room {
            finished: 1,
            most: 99,
            fewer: 99,
        };
        self.server.profile.fold_beyond(KEEPER, room);
        self.server.check()?;
        let bytes = self.server.profile.message(&summary).encode();
        let model = self.server.model.clone();
        self.answers.push(Letter {
            bytes,
            model,
            ..letter
        });
        Ok(())
    }

    fn answer(&mut self, letter: Letter) -> Result<(), TestCaseError> {
        let Message { summary, delta } = Message::decode(&letter.bytes)
            .map_err(|error| TestCaseError::fail(error.to_string()))?;
        let device = &mut self.devices[letter.device];
        device.knower.join(&delta, &letter.model);
        device.knower.profile.acknowledge(device.replica, &summary);
        device.since = summary;
        Ok(())
    }

    /// Everybody syncs until nobody lacks anything.
    fn settle(&mut self) -> Result<(), TestCaseError> {
        self.requests.clear();
        self.answers.clear();
        for round in 0..3 {
            for at in 0..DEVICES {
                self.step(Step::Sync(at))?;
                let device = &self.devices[at];
                prop_assert!(round < 1 || device.knower.profile.is_known_by(&device.since));
            }
        }
        for device in &self.devices {
            prop_assert_eq!(
                device.knower.profile.evidence(Timestamp(NOW)),
                self.server.profile.evidence(Timestamp(NOW))
            );
        }
        Ok(())
    }

    /// What can be met in this world: all that devices and the server know.
    fn profiles(&self) -> Vec<Profile> {
        let devices = self
            .devices
            .iter()
            .map(|device| device.knower.profile.clone());
        devices.chain([self.server.profile.clone()]).collect()
    }
}

fn joined(a: &Profile, b: &Profile) -> Profile {
    let mut a = a.clone();
    a.join(b);
    a
}

/// Whether parts are closed, and were dated ahead, is told by their next parts and by the server, not by sending them again.
fn open(mut profile: Profile) -> Profile {
    profile.cap_times(Timestamp(NOW));
    profile
        .parts
        .iter_mut()
        .for_each(|(_, part)| part.closed = false);
    profile
}

/// Order, grouping and repetition of joins cannot change a profile, and it loses nothing.
fn join_is_a_join(profiles: &[Profile]) -> Result<(), TestCaseError> {
    let [a, b, c, ..] = profiles else {
        return Ok(());
    };
    let both = joined(a, b);
    prop_assert_eq!(&both, &joined(b, a));
    prop_assert_eq!(joined(&both, c), joined(a, &joined(b, c)));
    prop_assert_eq!(&joined(a, a), a);
    prop_assert_eq!(&joined(&both, a), &both);
    prop_assert_eq!(
        open(joined(a, &b.lacking(&a.summary()))),
        open(both.clone())
    );
    // Capping commutes with joining, and a second time it does nothing.
    let capped = |profile: &Profile| {
        let mut profile = profile.clone();
        profile.cap_times(Timestamp(NOW));
        profile
    };
    prop_assert_eq!(capped(&both), joined(&capped(a), &capped(b)));
    prop_assert_eq!(capped(&capped(&both)), capped(&both));
    prop_assert_eq!(Profile::decode(&both.encode()), Ok(both));
    Ok(())
}

/// Every history: never is an event counted twice, never is one lost that was not erased, and in the end all know the same.
///
/// `ENDCAP_HISTORIES` says how many, `ENDCAP_HISTORY_SECONDS` for how long at most.
#[test]
fn histories() {
    let wish = |name| std::env::var(name).ok().and_then(|text| text.parse().ok());
    // By default as many as take some seconds in a debug build.
    let histories: u32 = wish("ENDCAP_HISTORIES").unwrap_or(2_000);
    let seconds: Option<u32> = wish("ENDCAP_HISTORY_SECONDS");
    let config = Config {
        cases: histories.min(1_000),
        max_shrink_iters: 20_000,
        failure_persistence: None,
        ..Config::default()
    };
    let steps = prop::collection::vec(step(), 1..56);
    let mut passed = 0;
    // Time passes outside of what is tested.
    let times_up = time_is_up(seconds);
    while passed < histories && !times_up() {
        // Each runner begins with a seed of its own.
        let mut runner = TestRunner::new(config.clone());
        let result = runner.run(&steps, |steps| {
            let mut world = World::new();
            for step in steps {
                world.step(step)?;
            }
            let profiles = world.profiles();
            join_is_a_join(&profiles)?;
            join_is_a_join(&profiles[2..])?;
            world.settle()
        });
        if let Err(error) = result {
            panic!("{error}");
        }
        passed += config.cases;
    }
    println!("{passed} histories");
}

#[expect(clippy::disallowed_methods, reason = "a limit for the test itself")]
fn time_is_up(seconds: Option<u32>) -> impl Fn() -> bool {
    let start = std::time::Instant::now();
    move || seconds.is_some_and(|seconds| start.elapsed().as_secs() >= u64::from(seconds))
}

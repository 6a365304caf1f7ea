//! `endcap eval profile`: what a profile and its deltas take, after real visits.
//!
//! A shopper is made of visits that follow each other in the log, one a day, a view every minute, until there are enough events. Every tenth
//! visit comes from a new private window, every other third one from a tablet, the rest from a phone. Each syncs after every view with whoever keeps the profile.

use std::path::PathBuf;

use clap::Args;
use endcap::profile::{Message, Profile};
use endcap::recommend::MAX_KINDS;
use endcap::{Engine, Event, EventParams, Item, Text, Timestamp};
use endcap_trainer::next::{read_attributes, read_first};
use serde_json::json;

use super::report::{bar, told};
use super::used;
use crate::failure::Failure;

const START: u64 = 1_767_225_600_000;
const DAY: u64 = 24 * 60 * 60 * 1000;
const MINUTE: u64 = 60_000;

/// Whoever keeps the profile folds into this base.
const BASE: u64 = 1 << 63;

/// Options of `endcap eval profile`.
#[derive(Debug, Args)]
pub(crate) struct ProfileOptions {
    /// Log of visits: a table of SessionId, ItemId, Time, or GA4, BigQuery, Segment, Parquet; plain, .gz or .zst
    #[arg(long, value_name = "FILE")]
    visits: PathBuf,
    /// Attributes of items: ItemId, Attribute, Value, or a column per attribute
    #[arg(long, value_name = "FILE")]
    attributes: Option<PathBuf>,
    /// Events of each shopper
    #[arg(long, value_name = "N", default_value_t = 500)]
    events: usize,
    /// Shoppers
    #[arg(long, value_name = "N", default_value_t = 200)]
    shoppers: usize,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Bytes, to be sorted.
#[derive(Default)]
struct Bytes(Vec<usize>);

/// Replays, prints.
pub(crate) fn run(options: &ProfileOptions) -> Result<(), Failure> {
    let bar = bar()?;
    let (items, log) = read_first(&options.visits, &mut |progress| {
        bar.set_message("reading");
        bar.set_length(progress.total);
        bar.set_position(progress.done);
    })?;
    told(&log.log, &log.report);
    let kinds = match &options.attributes {
        Some(path) => {
            let table = read_attributes(path, &items, &log.visits, None)?;
            used::attributes(&table);
            table.kinds().1
        }
        None => Vec::new(),
    };
    bar.set_message("replaying");
    bar.set_length(options.shoppers as u64);
    let mut visits = log.visits.iter();
    let (mut alone, mut kept, mut requests, mut deltas, mut answers) =
        <(Bytes, Bytes, Bytes, Bytes, Bytes)>::default();
    for shopper in 0..options.shoppers {
        bar.set_position(shopper as u64);
        let mut one = Engine::new(1);
        let mut keeper = Profile::new();
        let (mut phone, mut tablet) = (Device::new(2), Device::new(3));
        let mut events = 0;
        for (day, visit) in (0..).zip(visits.by_ref()) {
            let mut window = Device::new(1000 + day);
            let device = match day {
                day if day % 10 == 9 => &mut window,
                day if day % 3 == 1 => &mut tablet,
                _ => &mut phone,
            };
            for (minute, &item) in (0..).zip(&visit.items) {
                let now = Timestamp(START + day * DAY + minute * MINUTE);
                let id = items.ids().get(item as usize).map_or("", String::as_str);
                let event = view(id, kinds.get(item as usize));
                one.observe(&event, now)
                    .map_err(|error| Failure::failed(error.code(), error.to_string()))?;
                device
                    .engine
                    .observe(&event, now)
                    .map_err(|error| Failure::failed(error.code(), error.to_string()))?;
                let sizes = device
                    .sync(&mut keeper)
                    .map_err(|error| Failure::failed(error.code(), error.to_string()))?;
                if minute > 0 {
                    requests.0.push(sizes.request);
                    deltas.0.push(sizes.delta);
                    answers.0.push(sizes.answer);
                }
                events += 1;
            }
            if events >= options.events {
                break;
            }
        }
        if events < options.events {
            break;
        }
        alone.0.push(one.profile().len());
        kept.0.push(keeper.encode().len());
    }
    bar.finish_and_clear();
    let rows = [
        ("profile of one device", alone),
        ("profile on the server, of all devices", kept),
        ("delta after one view", deltas),
        ("message after one view", requests),
        ("answer to it", answers),
    ];
    let mut shown = Vec::new();
    for (name, mut bytes) in rows {
        bytes.0.sort_unstable();
        let [p50, p90, p99, max] = [50, 90, 99, 100].map(|percent| bytes.percentile(percent));
        if !options.json {
            say!(
                "{name:<40} {:>8} times: median {p50:>5} bytes, p90 {p90:>5}, p99 {p99:>5}, most {max:>5}",
                bytes.0.len()
            );
        }
        shown.push(json!({ "what": name, "times": bytes.0.len(), "p50": p50, "p90": p90, "p99": p99, "max": max }));
    }
    if options.json {
        say!("{}", serde_json::Value::from(shown));
    }
    Ok(())
}

impl Bytes {
    /// Nearest rank.
    fn percentile(&self, percent: usize) -> usize {
        let rank = (self.0.len() * percent).div_ceil(100).max(1) - 1;
        self.0.get(rank).copied().unwrap_or(0)
    }
}

struct Device {
    engine: Engine,
    since: Vec<u8>,
}

struct Sizes {
    request: usize,
    delta: usize,
    answer: usize,
}

impl Device {
    fn new(replica: u64) -> Self {
        Self {
            engine: Engine::new(replica),
            since: Vec::new(),
        }
    }

    /// As over HTTP.
    fn sync(&mut self, keeper: &mut Profile) -> Result<Sizes, endcap::profile::ProfileError> {
        let request = self.engine.profile_delta(&self.since);
        let message = Message::decode(&request)?;
        keeper.join(&message.delta);
        keeper.fold(BASE);
        keeper.fit(None);
        let answer = keeper.message(&message.summary).encode();
        self.since = self.engine.join_delta(&answer)?;
        Ok(Sizes {
            request: request.len(),
            // Without the two bytes that say what it is.
            delta: message.delta.encode().len() - 2,
            answer: answer.len(),
        })
    }
}

fn view(id: &str, kinds: Option<&[u16; MAX_KINDS]>) -> Event {
    let kind = |at: usize| {
        let kind = kinds.and_then(|kinds| kinds.get(at)).copied();
        Text(kind.map_or(String::new(), |kind| kind.to_string()))
    };
    let item = Item {
        item_category: kind(0),
        item_brand: kind(2),
        item_variant: kind(1),
        ..Item::with_id(id)
    };
    let items = vec![item];
    let params = EventParams {
        items,
        ..EventParams::default()
    };
    let name = "view_item".into();
    Event { name, params }
}

//! Events per second through the co-counts, on one core, beside a hash map of pairs in the same run.
//!
//! `cargo bench -p endcap-trainer --bench co_counts -- [LOG]`; without a log, visits are generated.
#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that fails says so by a panic"
)]

use std::collections::HashMap;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use endcap_trainer::next::{ListSettings, Visit, lists, read_first};

/// Runs of each; the quickest counts, because other work on the machine only ever adds.
const RUNS: usize = 5;
const WINDOW: usize = 10;

fn main() {
    let log = std::env::args().skip(1).find(|arg| !arg.starts_with("--"));
    let (items, visits) = match &log {
        Some(path) => {
            let (items, table) = read_first(Path::new(path), &mut |_| {}).unwrap();
            (items.len(), table.visits)
        }
        None => generated(40_000, 200_000),
    };
    let events: usize = visits.iter().map(|visit| visit.items.len()).sum();
    let mut popularity = vec![0.0; items];
    for &item in visits.iter().flat_map(|visit| &visit.items) {
        popularity[item as usize] += 1.0;
    }
    let settings = ListSettings {
        memory: f32::INFINITY,
        walk: 0.0,
    };
    // This thread is the pool, so that its time is all of the time.
    let one = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .use_current_thread()
        .build()
        .unwrap();
    let ours = best(|| {
        one.install(|| lists(items, &visits, &popularity, settings, 22))
            .len()
    });
    let plain = best(|| pairs(&visits).len());
    println!(
        "{items} items, {} visits, {events} events, one core",
        visits.len()
    );
    for (name, seconds) in [
        ("co-counts and pruned lists", ours),
        ("hash map of pairs, counts alone", plain),
    ] {
        println!(
            "{name:32} {seconds:8.3} s {:12.0} events/s",
            events as f64 / seconds
        );
    }
}

/// Seconds of the quickest run.
fn best(mut run: impl FnMut() -> usize) -> f64 {
    (0..RUNS).fold(f64::INFINITY, |best, _| {
        let (begin, busy) = (Instant::now(), busy());
        black_box(run());
        let seconds = match (busy, self::busy()) {
            (Some(before), Some(after)) => after - before,
            _ => begin.elapsed().as_secs_f64(),
        };
        best.min(seconds)
    })
}

/// Seconds that this thread had a processor, where the system tells (Linux): what else runs on the machine does not count.
fn busy() -> Option<f64> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds: f64 = told.split(' ').next()?.parse().ok()?;
    Some(nanoseconds / 1e9)
}

/// What one would write first.
fn pairs(visits: &[Visit]) -> HashMap<(u32, u32), [f32; 3]> {
    let mut sums = HashMap::<(u32, u32), [f32; 3]>::new();
    for visit in visits {
        for (at, &from) in visit.items.iter().enumerate() {
            for (distance, &to) in (1..=WINDOW).zip(&visit.items[at + 1..]) {
                if from != to {
                    let (near, around) =
                        (1.0 / distance as f32, 1.0 / (1.0 + 0.1 * distance as f32));
                    let ahead = sums.entry((from, to)).or_default();
                    ahead[0] += near;
                    ahead[2] += around;
                    let back = sums.entry((to, from)).or_default();
                    back[1] += near;
                    back[2] += around;
                }
            }
        }
    }
    sums
}

/// Visits of one to ten items, each near the one before, popular ones more often.
fn generated(items: u32, visits: usize) -> (usize, Vec<Visit>) {
    let mut state = 7u64;
    let mut below = move |end: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) % end
    };
    let visits = (0..visits)
        .map(|number| {
            let first = below(u64::from(items)) * below(1_000) / 1_000;
            let length = 1 + below(10);
            let opened = (0..length).map(|_| ((first + below(60)) % u64::from(items)) as u32);
            Visit::new(number as i64, opened.collect())
        })
        .collect();
    (items as usize, visits)
}

//! Every input in `fuzz/corpus`, and some thousands made from them, through the targets that the fuzzer runs.
//!
//! What a target finds fails here again, by the name of its file or by its number, without a nightly compiler. No input may
//! make one allocation above [`MOST`], whatever it says of its own size. `ENDCAP_REPLAY_TIMES=20` tries twenty times as many.

use std::alloc::{GlobalAlloc, Layout, System};
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use endcap_fuzz::{TARGETS, mutated, run};

/// No single allocation is larger. The largest that is meant is 16 MiB.
const MOST: usize = 64 << 20;

/// The largest so far.
static LARGEST: AtomicUsize = AtomicUsize::new(0);

struct Watched;

#[expect(
    unsafe_code,
    reason = "an allocator that notes sizes and hands everything on"
)]
// SAFETY: all calls go to the system's allocator unchanged.
unsafe impl GlobalAlloc for Watched {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LARGEST.fetch_max(layout.size(), Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        LARGEST.fetch_max(layout.size(), Ordering::Relaxed);
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        LARGEST.fetch_max(size, Ordering::Relaxed);
        unsafe { System.realloc(at, layout, size) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Watched = Watched;

fn corpus() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus"))
}

/// The inputs of a target, by name.
fn inputs(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = fs::read_dir(corpus().join(target));
    let folder = folder.unwrap_or_else(|error| panic!("fuzz/corpus/{target}: {error}"));
    let mut inputs: Vec<_> = folder
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read(path).unwrap())
        })
        .collect();
    inputs.sort();
    assert!(!inputs.is_empty(), "fuzz/corpus/{target} is empty");
    inputs
}

/// Names the input that a panic was about.
struct Trying<'a> {
    target: &'a str,
    input: String,
}

impl Drop for Trying<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}: the input was {}", self.target, self.input);
        }
    }
}

fn replay(target: &str, mutations: u64) {
    let attempt = |input: String, bytes: &[u8]| {
        let trying = Trying { target, input };
        run(target, bytes);
        let largest = LARGEST.load(Ordering::Relaxed);
        assert!(
            largest <= MOST,
            "{} asked for {largest} bytes",
            trying.input
        );
    };
    let (names, seeds): (Vec<_>, Vec<_>) = inputs(target).into_iter().unzip();
    for (name, seed) in names.iter().zip(&seeds) {
        attempt(format!("fuzz/corpus/{target}/{name}"), seed);
    }
    attempt("no bytes".to_owned(), &[]);
    let times = std::env::var("ENDCAP_REPLAY_TIMES").map_or(1, |times| times.parse().unwrap());
    for number in 0..mutations * times {
        attempt(format!("mutated(…, {number})"), &mutated(&seeds, number));
    }
}

/// A test for each target, so that they run beside each other; and the list of them, against which nothing is forgotten.
macro_rules! replayed {
    ($($target:ident $mutations:literal)*) => {
        $(
            #[test]
            fn $target() {
                replay(stringify!($target), $mutations);
            }
        )*

        #[test]
        fn every_target_is_replayed_and_has_a_binary() {
            let replayed = BTreeSet::from([$(stringify!($target)),*]);
            let targets: BTreeSet<_> = TARGETS.iter().map(|target| target.name).collect();
            assert_eq!(replayed, targets);
            let manifest = include_str!("../../../fuzz/Cargo.toml");
            let binaries: BTreeSet<_> = manifest
                .split("[[bin]]")
                .skip(1)
                .filter_map(|binary| binary.split('"').nth(1))
                .collect();
            assert_eq!(binaries, targets);
            let folders: BTreeSet<_> = fs::read_dir(corpus())
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect();
            assert_eq!(folders, targets.iter().map(|name| (*name).to_owned()).collect());
        }
    };
}

replayed! {
    catalogue 1_000
    catalogue_fields 1_000
    delta 2_000
    event 200
    feed 4_000
    forwarded 4_000
    keys 4_000
    knowledge 2_000
    knowledge_fields 2_000
    knowledge_files 2_000
    log 4_000
    manifest 4_000
    message 4_000
    overlay 2_000
    parquet 4_000
    profile 4_000
    query 200
    server_events 4_000
    server_link 4_000
    server_sync 4_000
    session 2_000
    token 4_000
}

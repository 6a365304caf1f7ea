//! How many syncs a second: over HTTP, and on the bare store in the same run.
//!
//! Both do the same work (read, join, durable write) on the same profiles, in turns, so that what else the machine does
//! and how the store's tree has grown bears on both alike.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use endcap::profile::{Message, Profile};
use endcap_server::store::{EmbeddedStore, Key};
use endcap_server::{ProfileId, Profiles};
use serde::Serialize;

use crate::client::Client;
use crate::pace::Pace;
use crate::profile::{message, profile};
use crate::served::Served;

/// Syncs in flight: as many as the figures of the stores were taken with.
const IN_FLIGHT: usize = 64;

/// Syncs in flight while the store is filled: only then do large batches matter more than latency.
const FILLING: usize = 2048;

/// Turns of each kind; what the first write into caches is not the last one's luck.
const TURNS: usize = 3;

/// What must be reached.
const TARGET_RATIO: f64 = 0.8;
const TARGET_P99_MS: f64 = 25.0;
const TARGET_PER_GB: f64 = 1_000_000.0;

/// What to measure.
#[derive(clap::Args)]
pub(crate) struct BenchArgs {
    /// The `endcap` command
    #[arg(long)]
    endcap: PathBuf,
    /// An empty folder on the disk to measure; removed afterwards
    #[arg(long)]
    folder: PathBuf,
    /// Profiles in the store
    #[arg(long, default_value_t = 1_000_000)]
    profiles: u64,
    /// Seconds of each measurement
    #[arg(long, default_value_t = 15)]
    seconds: u64,
    /// Print JSON on standard output
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Report {
    profiles: u64,
    profile_bytes: usize,
    message_bytes: usize,
    bare_per_second: f64,
    bare_p50_ms: f64,
    bare_p99_ms: f64,
    http_per_second: f64,
    http_p50_ms: f64,
    http_p99_ms: f64,
    ratio: f64,
    /// Processor time per sync, in microseconds: it stays what it is on a machine that others use too.
    bare_cpu_us: f64,
    server_cpu_us: f64,
    load_cpu_us: f64,
    half_per_second: f64,
    half_p50_ms: f64,
    half_p99_ms: f64,
    /// The bare store at the same rate.
    bare_half_p50_ms: f64,
    bare_half_p99_ms: f64,
    disk_bytes: u64,
    profiles_per_gb: f64,
    restart_ms: f64,
    server_peak_bytes: Option<u64>,
    ok: bool,
}

/// Times of syncs, and how long all of them took.
#[derive(Default)]
struct Measured {
    times: Vec<Duration>,
    took: Duration,
}

pub(crate) async fn run(args: BenchArgs) -> Result<()> {
    let data = args.folder.join("data");
    let load = Arc::new(Load {
        profiles: args.profiles,
        revision: AtomicU32::new(1),
        draw: AtomicU64::new(0),
    });
    eprintln!("filling the store with {} profiles …", args.profiles);
    fill(&data, args.profiles).await?;
    fs::write(data.join("secret"), "0".repeat(64))?;
    fs::write(data.join("erased"), "")?;
    let time = Duration::from_secs(args.seconds) / u32::try_from(TURNS)?;
    let (mut bare, mut http) = (Measured::default(), Measured::default());
    let (mut restart, mut peak) = (Duration::ZERO, None);
    let (mut bare_cpu, mut server_cpu, mut load_cpu) =
        (Duration::ZERO, Duration::ZERO, Duration::ZERO);
    for turn in 1..=TURNS {
        eprintln!("turn {turn} of {TURNS}: the bare store, then over HTTP …");
        let start = cpu("self");
        bare.add(measure_bare(&data, &load, time, None).await?);
        bare_cpu += cpu("self").saturating_sub(start);
        let served = Served::start(&args.endcap, &data, &options())?;
        restart = restart.max(served.start);
        let server = served.process();
        let (start, server_start) = (cpu("self"), cpu(&server));
        http.add(measure_http(&served, &load, time, None).await?);
        load_cpu += cpu("self").saturating_sub(start);
        server_cpu += cpu(&server).saturating_sub(server_start);
        peak = peak.max(served.peak_memory());
        served.stop()?;
    }
    eprintln!("at half of that: the bare store, then over HTTP …");
    let (time, half) = (
        Duration::from_secs(args.seconds),
        Some(http.per_second() / 2.0),
    );
    let bare_calm = measure_bare(&data, &load, time, half).await?;
    let served = Served::start(&args.endcap, &data, &options())?;
    let calm = measure_http(&served, &load, time, half).await?;
    peak = peak.max(served.peak_memory());
    served.stop()?;
    let disk_bytes = size(&data.join("profiles"))?;
    fs::remove_dir_all(&args.folder)?;

    let ratio = http.per_second() / bare.per_second();
    let profiles_per_gb = args.profiles as f64 / (disk_bytes as f64 / 1e9);
    let report = Report {
        profiles: args.profiles,
        profile_bytes: profile(1, 1).len(),
        message_bytes: message(1, 1).len(),
        bare_per_second: bare.per_second(),
        bare_p50_ms: bare.percentile(50),
        bare_p99_ms: bare.percentile(99),
        http_per_second: http.per_second(),
        http_p50_ms: http.percentile(50),
        http_p99_ms: http.percentile(99),
        ratio,
        bare_cpu_us: bare.each(bare_cpu),
        server_cpu_us: http.each(server_cpu),
        load_cpu_us: http.each(load_cpu),
        half_per_second: calm.per_second(),
        half_p50_ms: calm.percentile(50),
        half_p99_ms: calm.percentile(99),
        bare_half_p50_ms: bare_calm.percentile(50),
        bare_half_p99_ms: bare_calm.percentile(99),
        disk_bytes,
        profiles_per_gb,
        restart_ms: restart.as_secs_f64() * 1e3,
        server_peak_bytes: peak,
        ok: ratio >= TARGET_RATIO
            && calm.percentile(99) <= TARGET_P99_MS
            && profiles_per_gb >= TARGET_PER_GB,
    };
    if args.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    }
    report.print();
    ensure!(report.ok, "a target was missed");
    Ok(())
}

impl Report {
    fn print(&self) {
        eprintln!(
            "  {:<22} {:>10} {:>10} {:>10}",
            "", "syncs/s", "p50 ms", "p99 ms"
        );
        for (name, rate, p50, p99) in [
            (
                "bare store",
                self.bare_per_second,
                self.bare_p50_ms,
                self.bare_p99_ms,
            ),
            (
                "over HTTP",
                self.http_per_second,
                self.http_p50_ms,
                self.http_p99_ms,
            ),
            (
                "bare store, half load",
                self.half_per_second,
                self.bare_half_p50_ms,
                self.bare_half_p99_ms,
            ),
            (
                "over HTTP, half load",
                self.half_per_second,
                self.half_p50_ms,
                self.half_p99_ms,
            ),
        ] {
            eprintln!("  {name:<22} {rate:>10.0} {p50:>10.2} {p99:>10.2}");
        }
        eprintln!(
            "  HTTP / bare {:.2} (target {TARGET_RATIO}), p99 at half {:.1} ms (target {TARGET_P99_MS}), {:.2} M profiles per GB (target {:.0} M), start {:.0} ms",
            self.ratio,
            self.half_p99_ms,
            self.profiles_per_gb / 1e6,
            TARGET_PER_GB / 1e6,
            self.restart_ms,
        );
        eprintln!(
            "  processor time per sync: bare {:.0} µs; over HTTP {:.0} µs in the server and {:.0} µs in the load",
            self.bare_cpu_us, self.server_cpu_us, self.load_cpu_us
        );
    }
}

impl Measured {
    fn add(&mut self, other: Self) {
        self.times.extend(other.times);
        self.took += other.took;
        self.times.sort_unstable();
    }

    fn per_second(&self) -> f64 {
        self.times.len() as f64 / self.took.as_secs_f64().max(1e-9)
    }

    /// Microseconds per sync.
    fn each(&self, time: Duration) -> f64 {
        time.as_secs_f64() * 1e6 / self.times.len().max(1) as f64
    }

    /// Nearest rank, in milliseconds.
    fn percentile(&self, percent: usize) -> f64 {
        let rank = (self.times.len() * percent).div_ceil(100).max(1) - 1;
        self.times
            .get(rank)
            .map_or(0.0, |time| time.as_secs_f64() * 1e3)
    }
}

/// Which profile syncs next, and with what.
struct Load {
    profiles: u64,
    revision: AtomicU32,
    draw: AtomicU64,
}

impl Load {
    /// The next sync: any profile, and always something new to write.
    fn next(&self) -> (String, Vec<u8>) {
        let draw = self.draw.fetch_add(1, Ordering::Relaxed);
        let device = mixed(draw) % self.profiles + 1;
        let revision = self.revision.fetch_add(1, Ordering::Relaxed) + 1;
        (id(device), message(device, revision))
    }
}

/// The id of a device's profile: 22 characters that are as random to a tree as real ones.
fn id(device: u64) -> String {
    format!("{:016x}{:06x}", mixed(device), device & 0xff_ffff)
}

/// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", OOPSLA 2014).
pub(crate) fn mixed(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// One address loads for all, so it must not be limited.
pub(crate) fn options() -> Vec<String> {
    [
        "--rate",
        "0",
        "--profile-rate",
        "0",
        "--new-profiles",
        "0",
        "--max-connections-per-address",
        "1024",
    ]
    .map(str::to_owned)
    .to_vec()
}

fn open(data: &Path) -> Result<Arc<Profiles>> {
    let store = EmbeddedStore::open(&data.join("profiles"))?;
    Ok(Arc::new(Profiles::new(Arc::new(store), Arc::default())))
}

async fn join(profiles: &Profiles, id: &str, offered: &[u8]) -> Result<()> {
    let key = Key::from(&ProfileId::parse(id)?);
    let offered = Profile::decode(offered)?;
    join_decoded(profiles, &key, &offered).await?;
    Ok(())
}

/// All that the server does but for HTTP.
async fn sync(profiles: &Profiles, id: &str, body: &[u8]) -> Result<Vec<u8>> {
    let key = Key::from(&ProfileId::parse(id)?);
    let asked = Message::decode(body)?;
    let joined = join_decoded(profiles, &key, &asked.delta).await?;
    Ok(joined.message(&asked.summary).encode())
}

async fn join_decoded(profiles: &Profiles, key: &Key, offered: &Profile) -> Result<Profile> {
    let joined = profiles.join(key, offered).await;
    joined.map_err(|problem| anyhow::anyhow!("the store answers {}", problem.code()))
}

/// Fills an empty store below `data` with profiles.
pub(crate) async fn fill(data: &Path, count: u64) -> Result<()> {
    fs::create_dir_all(data)?;
    let profiles = open(data)?;
    let next = Arc::new(AtomicU64::new(1));
    let mut tasks = Vec::new();
    for _ in 0..FILLING {
        let (profiles, next) = (Arc::clone(&profiles), Arc::clone(&next));
        tasks.push(tokio::spawn(async move {
            loop {
                let device = next.fetch_add(1, Ordering::Relaxed);
                if device > count {
                    return Ok::<_, anyhow::Error>(());
                }
                join(&profiles, &id(device), &profile(device, 1)).await?;
            }
        }));
    }
    for task in tasks {
        task.await??;
    }
    Ok(())
}

async fn measure_bare(
    data: &Path,
    load: &Arc<Load>,
    time: Duration,
    rate: Option<f64>,
) -> Result<Measured> {
    let profiles = open(data)?;
    let pace = Pace::new(time, rate, IN_FLIGHT);
    let mut tasks = Vec::new();
    for place in 0..IN_FLIGHT {
        let (profiles, load) = (Arc::clone(&profiles), Arc::clone(load));
        tasks.push(tokio::spawn(async move {
            let mut times = Vec::new();
            let mut pace = pace.of(place);
            while let Some(begun) = pace.next().await {
                let (id, body) = load.next();
                sync(&profiles, &id, &body).await?;
                times.push(begun.elapsed());
            }
            Ok::<_, anyhow::Error>(times)
        }));
    }
    collect(tasks, pace.start()).await
}

async fn measure_http(
    served: &Served,
    load: &Arc<Load>,
    time: Duration,
    rate: Option<f64>,
) -> Result<Measured> {
    let mut clients = Vec::new();
    for _ in 0..IN_FLIGHT {
        clients.push(Client::connect(served.address).await?);
    }
    let pace = Pace::new(time, rate, IN_FLIGHT);
    let mut tasks = Vec::new();
    for (place, mut client) in clients.into_iter().enumerate() {
        let load = Arc::clone(load);
        tasks.push(tokio::spawn(async move {
            let mut times = Vec::new();
            let mut pace = pace.of(place);
            while let Some(begun) = pace.next().await {
                let (id, body) = load.next();
                let answer = client.sync(&id, &body).await.context("sync")?;
                times.push(begun.elapsed());
                ensure!(answer.status == 200, "a sync got {}", answer.status);
            }
            Ok::<_, anyhow::Error>(times)
        }));
    }
    collect(tasks, pace.start()).await
}

async fn collect(
    tasks: Vec<tokio::task::JoinHandle<Result<Vec<Duration>>>>,
    start: Instant,
) -> Result<Measured> {
    let mut measured = Measured::default();
    for task in tasks {
        measured.times.extend(task.await??);
    }
    measured.took = start.elapsed();
    measured.times.sort_unstable();
    Ok(measured)
}

/// Processor time that a process has used, where the system tells.
fn cpu(process: &str) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // The second field, the name, may hold anything but ends with the last parenthesis; 14 and 15 are what is wanted.
    let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks = fields.split_whitespace().skip(11).take(2);
    let ticks: u64 = ticks.filter_map(|field| field.parse::<u64>().ok()).sum();
    // A hundred a second, whatever the kernel's own clock does.
    Duration::from_millis(ticks * 10)
}

/// Bytes of all files below a folder.
pub(crate) fn size(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let meta = entry.metadata()?;
        bytes += if meta.is_dir() {
            size(&entry.path())?
        } else {
            // What it takes on the disk, not the length: journals are allocated ahead.
            std::os::unix::fs::MetadataExt::blocks(&meta) * 512
        };
    }
    Ok(bytes)
}

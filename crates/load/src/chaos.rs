//! Kills the server under load, cuts nodes of its store off, and looks for what was lost.
//!
//! Devices sync with profiles of their own and with one that all share. What a device was told is stored is written down here;
//! after each blow the server is asked for all of it again.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde::Serialize;

use crate::bench;
use crate::client::{Answer, Client};
use crate::cluster::{self, Cluster};
use crate::device::{DEVICES, Load, SHARED, Told, Worker};
use crate::profile::{Kept, NOTHING, holds};
use crate::served::Served;

/// For each primary. With one, the slots of a lost primary would take no writes until it is back, because its replica,
/// promoted, would have none.
const REPLICAS: usize = 2;

/// How long nodes of the cluster may be silent before they are replaced. Loopback would do with less; this is what
/// a data centre uses.
const NODE_TIMEOUT: Duration = Duration::from_secs(2);

/// How long the load goes on while a node is gone: its replica must have taken over by then.
const FAULT: Duration = Duration::from_secs(6);

/// Between the syncs of a device on the cluster: there the blow is what counts, and all that was acknowledged is asked
/// for three times afterwards.
const CLUSTER_PAUSE: Duration = Duration::from_millis(10);

/// What must be reached: the server serves again within a second.
const TARGET_RESTART_MS: f64 = 1000.0;

/// What to do to the server.
#[derive(clap::Args)]
pub(crate) struct ChaosArgs {
    /// The `endcap` command
    #[arg(long)]
    endcap: PathBuf,
    /// An empty folder; removed when all is well
    #[arg(long)]
    folder: PathBuf,
    /// How often the server is killed, on each store
    #[arg(long, default_value_t = 5)]
    kills: u32,
    /// Profiles that are in the embedded store from the start
    #[arg(long, default_value_t = 0)]
    profiles: u64,
    /// Which stores
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        default_value = "embedded,cluster"
    )]
    stores: Vec<StoreKind>,
    /// How often a node of the cluster is killed, and how often one is cut off
    #[arg(long, default_value_t = 1)]
    faults: u32,
    /// Print JSON on standard output
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
enum StoreKind {
    Embedded,
    Cluster,
}

/// What became of one store.
#[derive(Debug, Serialize)]
struct Report {
    store: StoreKind,
    kills: u32,
    node_kills: u32,
    node_cuts: u32,
    acknowledged: u64,
    /// Acknowledged, and not there; on the cluster: after the devices' next sync.
    lost: u64,
    /// Acknowledged, and missing in the cluster until the devices' next sync.
    lost_until_next_sync: u64,
    corrupt: u64,
    max_restart_ms: f64,
    /// The longest time without an acknowledgement while a node was gone.
    max_gap_ms: f64,
    ok: bool,
}

pub(crate) async fn run(args: ChaosArgs) -> Result<()> {
    let mut reports = Vec::new();
    for &store in &args.stores {
        let folder = args.folder.join(format!("{store:?}").to_lowercase());
        fs::create_dir_all(&folder)?;
        reports.push(match store {
            StoreKind::Embedded => embedded(&args, &folder).await?,
            StoreKind::Cluster => distributed(&args, &folder).await?,
        });
    }
    if args.json {
        println!("{}", serde_json::to_string_pretty(&reports)?);
    }
    for report in &reports {
        eprintln!(
            "  {:?}: {} kills, {} nodes killed, {} cut off: {} acknowledged, {} lost ({} until the next sync), {} corrupt, restart at most {:.0} ms, longest gap {:.0} ms",
            report.store,
            report.kills,
            report.node_kills,
            report.node_cuts,
            report.acknowledged,
            report.lost,
            report.lost_until_next_sync,
            report.corrupt,
            report.max_restart_ms,
            report.max_gap_ms
        );
    }
    ensure!(
        reports.iter().all(|report| report.ok),
        "something was lost, corrupt or slow: the data is in {}",
        args.folder.display()
    );
    fs::remove_dir_all(&args.folder)?;
    Ok(())
}

async fn embedded(args: &ChaosArgs, folder: &Path) -> Result<Report> {
    let mut trial = Trial::new(StoreKind::Embedded, args, folder, bench::options());
    if args.profiles > 0 {
        bench::fill(&trial.data, args.profiles).await?;
        // A store with profiles wants the secret that they were kept under.
        fs::write(trial.data.join("secret"), "0".repeat(64))?;
        fs::write(trial.data.join("erased"), "")?;
    }
    trial.kill_server(args.kills).await?;
    Ok(trial.report)
}

async fn distributed(args: &ChaosArgs, folder: &Path) -> Result<Report> {
    let program = cluster::find_redis().context("there is no redis-server: install it")?;
    let mut cluster = Cluster::start(&program, folder, REPLICAS, NODE_TIMEOUT)?;
    let mut options = bench::options();
    options.extend(["--cluster".to_owned(), cluster.urls().join(",")]);
    let mut trial = Trial::new(StoreKind::Cluster, args, folder, options);
    // On a cluster no secret is drawn.
    fs::create_dir_all(&trial.data)?;
    fs::write(trial.data.join("secret"), "0".repeat(64))?;
    trial.kill_server(args.kills).await?;
    for _ in 0..args.faults {
        for cut in [false, true] {
            trial.break_node(&mut cluster, cut).await?;
        }
    }
    Ok(trial.report)
}

/// A server and what its devices were told.
struct Trial {
    endcap: PathBuf,
    data: PathBuf,
    options: Vec<String>,
    told: Arc<Told>,
    round: u32,
    report: Report,
}

impl Trial {
    fn new(store: StoreKind, args: &ChaosArgs, folder: &Path, options: Vec<String>) -> Self {
        Self {
            endcap: args.endcap.clone(),
            data: folder.join("data"),
            options,
            told: Arc::default(),
            round: 0,
            report: Report {
                store,
                kills: 0,
                node_kills: 0,
                node_cuts: 0,
                acknowledged: 0,
                lost: 0,
                lost_until_next_sync: 0,
                corrupt: 0,
                max_restart_ms: 0.0,
                max_gap_ms: 0.0,
                ok: true,
            },
        }
    }

    /// Kills the server in the middle of its work, each time a little later, and looks what is left after each restart.
    async fn kill_server(&mut self, kills: u32) -> Result<()> {
        let mut served = self.start()?;
        for kill in 0..kills {
            let before = self.told.acknowledged.load(Ordering::Relaxed);
            let load = self.load(&served);
            tokio::time::sleep(Duration::from_millis(u64::from(100 + 37 * (kill % 8)))).await;
            load.stop.store(true, Ordering::SeqCst);
            served.kill()?;
            load.end().await?;
            self.report.kills += 1;
            let now = self.told.acknowledged.load(Ordering::Relaxed);
            ensure!(
                now > before,
                "kill {kill} came before anything was acknowledged"
            );

            let start = Instant::now();
            served = self.start()?;
            let mut client = Client::connect(served.address).await?;
            let ready = client.get("/health/ready").await?;
            ensure!(
                ready.status == 200,
                "restarted, but not ready: {}",
                ready.status
            );
            let restart = start.elapsed().as_secs_f64() * 1e3;
            self.report.max_restart_ms = self.report.max_restart_ms.max(restart);
            // All of this round; all there ever was after the last.
            let (lost, corrupt) = self.missing(&served, kill + 1 == kills).await?;
            self.report.lost += lost;
            self.report.corrupt += corrupt;
        }
        self.finish(served)
    }

    /// Takes a primary from the cluster under load, and brings it back.
    async fn break_node(&mut self, cluster: &mut Cluster, cut: bool) -> Result<()> {
        let served = self.start()?;
        let load = self.load(&served);
        tokio::time::sleep(Duration::from_millis(500)).await;
        self.told.take_gap();
        let node = cluster.primary()?;
        if cut {
            cluster.pause(node)?;
            self.report.node_cuts += 1;
        } else {
            cluster.kill(node)?;
            self.report.node_kills += 1;
        }
        tokio::time::sleep(FAULT).await;
        if cut {
            cluster.resume(node)?;
        } else {
            cluster.start_node(node)?;
        }
        let start = Instant::now();
        while let Err(error) = cluster.until_healthy() {
            ensure!(start.elapsed() < Duration::from_secs(60), "{error}");
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
        load.stop.store(true, Ordering::SeqCst);
        load.end().await?;
        let gap = self.told.take_gap().as_secs_f64() * 1e3;
        self.report.max_gap_ms = self.report.max_gap_ms.max(gap);

        let (lost, corrupt) = self.missing(&served, true).await?;
        self.report.lost_until_next_sync += lost;
        self.report.corrupt += corrupt;
        self.sync_again(&served).await?;
        let (lost, corrupt) = self.missing(&served, true).await?;
        self.report.lost += lost;
        self.report.corrupt += corrupt;
        self.finish(served)
    }

    fn finish(&mut self, served: Served) -> Result<()> {
        served.stop()?;
        let report = &mut self.report;
        report.acknowledged = self.told.acknowledged.load(Ordering::Relaxed);
        report.ok =
            report.lost == 0 && report.corrupt == 0 && report.max_restart_ms <= TARGET_RESTART_MS;
        Ok(())
    }

    fn start(&mut self) -> Result<Served> {
        self.round += 1;
        Served::start(&self.endcap, &self.data, &self.options)
    }

    fn load(&self, served: &Served) -> Load {
        let stop = Arc::new(AtomicBool::new(false));
        let tasks = (0..DEVICES).map(|device| {
            let worker = Worker {
                device: device + 1,
                round: self.round,
                address: served.address,
                told: Arc::clone(&self.told),
                stop: Arc::clone(&stop),
                pause: match self.report.store {
                    StoreKind::Embedded => Duration::ZERO,
                    StoreKind::Cluster => CLUSTER_PAUSE,
                },
            };
            tokio::spawn(worker.run())
        });
        Load {
            tasks: tasks.collect(),
            stop,
        }
    }

    /// How much of what devices were told is missing or corrupt.
    async fn missing(&self, served: &Served, all: bool) -> Result<(u64, u64)> {
        let this_round = format!("-{:04}-", self.round - 1);
        let wanted = move |id: &str| all || id == SHARED || id.contains(&this_round);
        let (mut lost, mut corrupt) = (0, 0);
        for (answer, body) in self.ask_again(served, wanted, false).await? {
            match (answer.status, holds(&answer.body, &body)) {
                (200, Kept::Yes) => {}
                (200, Kept::No) => lost += 1,
                (200 | 500, _) => corrupt += 1,
                (status, _) => anyhow::bail!("asking for a profile got {status}"),
            }
        }
        Ok((lost, corrupt))
    }

    /// The next sync of every device: it offers what it knows.
    async fn sync_again(&self, served: &Served) -> Result<()> {
        for (answer, _) in self.ask_again(served, |_| true, true).await? {
            ensure!(answer.status == 200, "a sync got {}", answer.status);
        }
        Ok(())
    }

    /// Syncs with all profiles that devices were told of and that are wanted, offering what was told or nothing.
    async fn ask_again(
        &self,
        served: &Served,
        wanted: impl Fn(&str) -> bool,
        offer: bool,
    ) -> Result<Vec<(Answer, Vec<u8>)>> {
        let told = self
            .told
            .latest
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let told = told.into_iter().filter(|((id, _), _)| wanted(id));
        let told: Vec<(String, Vec<u8>)> = told.map(|((id, _), body)| (id, body)).collect();
        let share = told.len().div_ceil(usize::try_from(DEVICES)?).max(1);
        let mut tasks = Vec::new();
        for part in told.chunks(share) {
            let (part, address) = (part.to_vec(), served.address);
            tasks.push(tokio::spawn(async move {
                let mut client = Client::connect(address).await?;
                let mut answers = Vec::new();
                for (id, body) in part {
                    let offered = if offer { body.as_slice() } else { &NOTHING };
                    let answer = client.sync(&id, offered).await?;
                    answers.push((answer, body));
                }
                Ok::<_, anyhow::Error>(answers)
            }));
        }
        let mut answers = Vec::new();
        for task in tasks {
            answers.extend(task.await??);
        }
        Ok(answers)
    }
}

//! `cargo xtask demo`: a shop in the browser, from nothing, by one command.

use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use console::style;
use xshell::cmd;

use crate::setup::{self, Needs};
use crate::stamp::Stamp;
use crate::workspace::Workspace;
use crate::{build, ui};

/// What packs and demo data are made by; a change of the server alone leaves them alone.
const DATA_INPUTS: [&str; 5] = [
    "src",
    "crates/trainer",
    "crates/cli/src/demo_data",
    "crates/cli/src/pack",
    "Cargo.lock",
];

/// How long the server may take to open its store and packs.
const START: Duration = Duration::from_secs(30);

/// How long it may take to close them before it is killed.
const STOP: Duration = Duration::from_secs(3);

/// What the shop is made of.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct DemoArgs {
    /// A real catalogue (JSON Lines, CSV, TSV or XML in Google Merchant attributes) instead of the generated one
    #[arg(long, value_name = "FILE")]
    pub(crate) feed: Option<PathBuf>,
    /// The language of --feed, such as de, if its name does not say
    #[arg(long, requires = "feed")]
    pub(crate) language: Option<String>,
    /// The currency of --feed, such as EUR, if its prices do not say
    #[arg(long, requires = "feed")]
    pub(crate) currency: Option<String>,
    /// Where the shop listens; the next free port if this one is taken
    #[arg(long, default_value_t = 8787)]
    pub(crate) port: u16,
    /// How many products to generate
    #[arg(long, default_value_t = 20_000, conflicts_with = "feed")]
    pub(crate) products: u32,
    /// The seed of the generated shop
    #[arg(long, default_value_t = 7, conflicts_with = "feed")]
    pub(crate) seed: u64,
    /// Do not open the browser
    #[arg(long)]
    pub(crate) no_open: bool,
}

impl DemoArgs {
    /// What `endcap pack build` is told about --feed.
    fn pack_options(&self) -> Vec<&str> {
        let options = [
            ("--language", &self.language),
            ("--currency", &self.currency),
        ];
        options
            .into_iter()
            .filter_map(|(name, value)| Some([name, value.as_deref()?]))
            .flatten()
            .collect()
    }
}

/// A shop's files, ready to be served.
pub(crate) struct Shop {
    /// The folder that holds all that follows.
    pub(crate) folder: PathBuf,
    /// `*.pack` and `manifest.json`.
    pub(crate) packs: PathBuf,
    /// The feeds that the packs were built from, which the shop's own pages read.
    pub(crate) feeds: Vec<PathBuf>,
    /// Product pictures, if we drew them.
    pub(crate) images: Option<PathBuf>,
}

/// Builds everything, serves it, and returns when the shopkeeper presses Ctrl-C.
pub(crate) fn run(ws: &Workspace, args: &DemoArgs) -> Result<()> {
    if let Some(feed) = &args.feed {
        ensure!(
            feed.is_file(),
            "there is no file {}: --feed wants a catalogue",
            feed.display()
        );
    }
    setup::run(ws, Needs::Build)?;
    ui::headline("Build");
    build::package(ws)?;
    build::command(ws)?;
    ui::headline("Catalogue");
    let shop = match &args.feed {
        Some(feed) => from_feed(ws, feed, &args.pack_options())?,
        None => generated(ws, args.seed, args.products)?,
    };
    let port = free_port(args.port)?;
    if port != args.port {
        ui::note(&format!(
            "Port {} is taken by another program: using {port}.",
            args.port
        ));
    }
    serve(ws, &shop, port, !args.no_open)
}

/// The synthetic shop in German and English, made once per seed and size.
pub(crate) fn generated(ws: &Workspace, seed: u64, products: u32) -> Result<Shop> {
    let name = format!("seed-{seed}-products-{products}");
    let folder = ws.target("demo").join(&name);
    let (data, packs) = (folder.join("catalogue"), folder.join("packs"));
    let shop = Shop {
        packs: packs.clone(),
        feeds: vec![
            data.join("catalogue.de.jsonl"),
            data.join("catalogue.en.jsonl"),
        ],
        images: Some(data.join("images")),
        folder,
    };
    let stamp = Stamp::new(ws, &format!("demo-{name}"), &DATA_INPUTS, &[])?;
    if stamp.is_fresh(&[packs.join("manifest.json"), data.join("events.jsonl")]) {
        return ui::step("demo shop", |_| {
            Ok(format!("unchanged in {}", ws.show(&shop.folder)))
        })
        .map(|()| shop);
    }
    let sh = &ws.shell;
    let endcap = ws.endcap();
    ui::step("demo data", |step| {
        fs::remove_dir_all(&data).or_else(absent_is_fine)?;
        let (seed, products) = (seed.to_string(), products.to_string());
        step.doing("drawing products and shoppers …");
        step.run(
            cmd!(
                sh,
                "{endcap} demo-data --out {data} --seed {seed} --products {products}"
            )
            .quiet(),
        )?;
        Ok(format!("{products} products, seed {seed}"))
    })?;
    ui::step("packs", |step| {
        fs::remove_dir_all(&packs).or_else(absent_is_fine)?;
        let events = data.join("events.jsonl");
        let languages = [("de", "Demo-Shop"), ("en", "Demo shop")];
        for ((language, name), feed) in languages.into_iter().zip(&shop.feeds) {
            step.doing(&format!("building the pack in {language} …"));
            step.run(
                cmd!(
                    sh,
                    "{endcap} pack build {feed} --out {packs} --events {events} --name {name} --language {language} --currency EUR --synthetic"
                )
                .quiet(),
            )?;
        }
        Ok(describe(&packs))
    })?;
    stamp.write()?;
    Ok(shop)
}

/// A shop of somebody's own catalogue, in a folder named by the file's content and the options of its pack.
pub(crate) fn from_feed(ws: &Workspace, feed: &Path, options: &[&str]) -> Result<Shop> {
    let feed = fs::canonicalize(feed).with_context(|| format!("open {}", feed.display()))?;
    let mut inputs: Vec<&str> = DATA_INPUTS.to_vec();
    let feed_text = feed
        .to_str()
        .context("the feed's path is not Unicode: rename it")?;
    let content = Stamp::new(ws, "feed", &[feed_text], options)?;
    inputs.push(feed_text);
    let name = format!("feed-{}", &content.key()[..16]);
    let folder = ws.target("demo").join(&name);
    let packs = folder.join("packs");
    let stamp = Stamp::new(ws, &format!("demo-{name}"), &inputs, options)?;
    let sh = &ws.shell;
    let endcap = ws.endcap();
    ui::step("pack", |step| {
        if stamp.is_fresh(&[packs.join("manifest.json")]) {
            return Ok(format!("unchanged in {}", ws.show(&folder)));
        }
        fs::remove_dir_all(&packs).or_else(absent_is_fine)?;
        step.doing("reading the feed …");
        step.run(cmd!(sh, "{endcap} pack build {feed} --out {packs} {options...}").quiet())?;
        stamp.write()?;
        Ok(describe(&packs))
    })?;
    Ok(Shop {
        folder,
        packs,
        feeds: vec![feed],
        images: None,
    })
}

/// Starts the server, says where it is, and waits for it or for Ctrl-C.
fn serve(ws: &Workspace, shop: &Shop, port: u16, open: bool) -> Result<()> {
    let stopped = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stopped);
    ctrlc::set_handler(move || flag.store(true, Ordering::SeqCst))?;
    let mut server = Server(
        command(ws, shop, port)
            .spawn()
            .with_context(|| format!("cannot start {}", ws.show(&ws.endcap())))?,
    );
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let start = Instant::now();
    while TcpStream::connect_timeout(&address, Duration::from_millis(200)).is_err() {
        if let Some(status) = server.0.try_wait()? {
            bail!("the server stopped at once ({status}): its words are above");
        }
        if stopped.load(Ordering::SeqCst) {
            return server.stop();
        }
        ensure!(
            start.elapsed() < START,
            "the server does not listen on {address} after {}",
            ui::seconds(START)
        );
        std::thread::sleep(Duration::from_millis(50));
    }
    let url = format!("http://localhost:{port}/");
    eprintln!();
    eprintln!(
        "  {}   {}",
        style("The shop is open:").bold(),
        style(&url).green().bold().underlined()
    );
    eprintln!(
        "  {}",
        style("Type in the search box, click a product, watch the order change. Ctrl-C closes it.")
            .dim()
    );
    eprintln!();
    if open {
        open_browser(&url);
    }
    while !stopped.load(Ordering::SeqCst) {
        if let Some(status) = server.0.try_wait()? {
            return ended(status);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    eprintln!();
    server.stop()
}

/// The server's command line, also for the tests that start their own.
fn command(ws: &Workspace, shop: &Shop, port: u16) -> Command {
    let mut command = Command::new(ws.endcap());
    // Its list of folders and requests would bury the address; what goes wrong still shows.
    if std::env::var_os("ENDCAP_LOG").is_none() {
        command.env("ENDCAP_LOG", "warn,fjall=error,lsm_tree=error");
    }
    command
        .stdout(Stdio::null())
        .arg("serve")
        .arg("--demo")
        .args(["--listen", &format!("127.0.0.1:{port}")])
        .arg("--packs")
        .arg(&shop.packs)
        .arg("--data")
        .arg(shop.folder.join("profiles"))
        .arg("--www")
        .arg(ws.path("www"))
        .arg("--pkg")
        .arg(ws.pkg());
    if let Some(images) = &shop.images {
        command.arg("--images").arg(images);
    }
    for feed in &shop.feeds {
        command.arg("--shop").arg(feed);
    }
    command
}

/// The running server. It never outlives this process's normal end.
struct Server(Child);

impl Server {
    /// On a terminal Ctrl-C reached the server as well, so it is given time to close by itself.
    fn stop(mut self) -> Result<()> {
        let start = Instant::now();
        while start.elapsed() < STOP {
            if let Some(status) = self.0.try_wait()? {
                return ended(status);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        // Nothing is lost: every answered write is on the disk.
        self.0.kill().context("stop the server")?;
        self.0.wait()?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has usually ended already, and then this is an error that says so.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// An end by signal is how a server without its own handling answers Ctrl-C.
fn ended(status: ExitStatus) -> Result<()> {
    ensure!(
        status.success() || status.code().is_none(),
        "the server stopped ({status}): its words are above"
    );
    Ok(())
}

/// The port asked for, or the first free one of the twenty after it.
fn free_port(wanted: u16) -> Result<u16> {
    (wanted..=wanted.saturating_add(20))
        .find(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok())
        .with_context(|| {
            format!(
                "ports {wanted} to {} are all taken: choose one by --port",
                wanted.saturating_add(20)
            )
        })
}

/// A wish, not a promise: there may be no desktop, and the address stands on the terminal.
fn open_browser(url: &str) {
    let desktop = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let (program, arguments): (&str, &[&str]) = match std::env::consts::OS {
        "macos" => ("open", &[url]),
        "windows" => ("cmd", &["/c", "start", url]),
        _ if desktop("DISPLAY") || desktop("WAYLAND_DISPLAY") => ("xdg-open", &[url]),
        _ => return,
    };
    let opened = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    if opened.is_err() {
        ui::note(&format!("No browser could be opened by {program}."));
    }
}

/// How many packs there are, and how large.
fn describe(packs: &Path) -> String {
    let sizes: Vec<u64> = fs::read_dir(packs)
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .filter(|entry| entry.path().extension().is_some_and(|end| end == "pack"))
        .filter_map(|entry| entry.metadata().ok())
        .map(|metadata| metadata.len())
        .collect();
    let total = sizes.iter().sum::<u64>() as f64 / 1e6;
    match sizes.len() {
        1 => format!("1 pack, {total:.1} MB"),
        n => format!("{n} packs, {total:.1} MB"),
    }
}

fn absent_is_fine(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::NotFound {
        Ok(())
    } else {
        Err(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_passed_over() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("bind");
        let port = taken.local_addr().expect("address").port();
        assert_ne!(free_port(port).expect("a free port"), port);
    }
}

//! `cargo xtask demo`: a shop in the browser, from nothing, by one command.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use console::style;

use crate::setup::{self, Needs};
use crate::shop::{self, Shop};
use crate::workspace::Workspace;
use crate::{build, ui};

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
        Some(feed) => shop::from_feed(ws, feed, &args.pack_options())?,
        None => shop::generated(ws, args.seed, args.products)?,
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
        .arg(shop.folder.join("data"))
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

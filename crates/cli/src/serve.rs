//! `endcap serve`: reads the options, opens everything, says what is served, and serves until told to stop.

use std::io::Write as _;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use clap::Args;
use endcap_server::shelf::{Entry, Shelf};
use endcap_server::store::{ClusterOptions, ClusterStore, EmbeddedStore, Store, StoreError};
use endcap_server::{Erased, Files, Origin, Profiles, Secret, SecretError, Server};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::failure::Failure;

/// What `endcap serve --help` ends with.
const AFTER_HELP: &str = "\
Every option can also be given by the environment variable that stands beside it.

Examples:
  A first look, with demo data:
    endcap serve --packs packs --data data --www www --pkg pkg --images demo/images --demo
  Beside a shop at another address:
    endcap serve --packs packs --data /var/lib/endcap --secret-file /etc/endcap/secret \\
      --allow-origin https://shop.example

What is kept: profiles (what devices have learned, no names, no clicks) in DATA/profiles, and DATA/secret when
no secret is given. Back both up together: without the secret, customers' profiles are not found again.

The API is described in docs/server.md. `GET /health/ready` says whether requests can be served.
ENDCAP_LOG=warn hides the line per request; none of them names a profile or a customer.
Stop with Ctrl-C or SIGTERM: requests under way are finished first. A crash loses nothing that was answered.";

/// The store's folder in the data folder.
const PROFILES: &str = "profiles";

/// The list of erased profiles in the data folder.
const ERASED: &str = "erased";

/// Serve packs and keep profiles
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ServeOptions {
    /// Folder with packs, as `endcap pack build` writes them; new ones are offered without a restart.
    /// Without it only profiles are served
    #[arg(long, env = "ENDCAP_PACKS", value_name = "DIR")]
    packs: Option<PathBuf>,

    /// Folder to keep profiles in; created when missing. One server at a time can use it
    #[arg(long, env = "ENDCAP_DATA", value_name = "DIR")]
    data: PathBuf,

    /// Keep profiles in a Redis or Valkey Cluster: some of its nodes, like redis://10.0.0.1:6379, separated by commas.
    /// Several servers may share it. Without it profiles are kept in DATA/profiles, by one server
    #[arg(
        long,
        env = "ENDCAP_CLUSTER",
        value_name = "URL",
        value_delimiter = ','
    )]
    cluster: Vec<String>,

    /// Replicas in the cluster that must have a sync before it is answered
    #[arg(
        long,
        env = "ENDCAP_CLUSTER_REPLICAS",
        value_name = "N",
        default_value = "1"
    )]
    cluster_replicas: u32,

    /// Address and port to listen on; port 0 takes a free one
    #[arg(
        long,
        env = "ENDCAP_LISTEN",
        value_name = "ADDR",
        default_value = "127.0.0.1:8787"
    )]
    listen: SocketAddr,

    /// File with the secret that the shop's server signs link tokens with (at least 32 bytes).
    /// ENDCAP_SECRET holds the secret itself, give one or the other; without both one is drawn at the first start
    /// and kept in DATA/secret
    #[arg(long, env = "ENDCAP_SECRET_FILE", value_name = "FILE")]
    secret_file: Option<PathBuf>,

    /// Origin of a page elsewhere that may call the API, like https://shop.example; repeat for more
    #[arg(
        long = "allow-origin",
        env = "ENDCAP_ALLOW_ORIGIN",
        value_name = "ORIGIN",
        value_delimiter = ','
    )]
    allow_origins: Vec<Origin>,

    /// Folder of pages to serve at /
    #[arg(long, env = "ENDCAP_WWW", value_name = "DIR")]
    www: Option<PathBuf>,

    /// Folder of the built npm package to serve at /pkg/
    #[arg(long, env = "ENDCAP_PKG", value_name = "DIR")]
    pkg: Option<PathBuf>,

    /// Folder of pictures to serve at /images/
    #[arg(long, env = "ENDCAP_IMAGES", value_name = "DIR")]
    images: Option<PathBuf>,

    /// Feed for the demo shop's own lists and product pages at /shop; repeat for more languages, which are read
    /// from the names, as in catalogue.de.jsonl
    #[arg(long, env = "ENDCAP_SHOP", value_name = "FEED", value_delimiter = ',')]
    shop: Vec<PathBuf>,

    /// Connections at a time; past it new ones wait. Each takes a file descriptor
    #[arg(
        long,
        env = "ENDCAP_MAX_CONNECTIONS",
        value_name = "N",
        default_value = "1024"
    )]
    max_connections: NonZeroU32,

    /// Play the shop's server too: POST /demo/login signs a token for any customer. Never use it in earnest
    #[arg(long, env = "ENDCAP_DEMO")]
    demo: bool,
}

/// Serves until SIGINT or SIGTERM.
pub(crate) fn run(options: ServeOptions) -> anyhow::Result<()> {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("ENDCAP_LOG")
                .unwrap_or_else(|_| "info,fjall=warn,lsm_tree=warn".into()),
        )
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .init();
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the asynchronous runtime cannot start")?
        .block_on(serve(options))
}

async fn serve(options: ServeOptions) -> anyhow::Result<()> {
    let given = given_secret(&options)?;
    for folder in [&options.www, &options.pkg, &options.images]
        .into_iter()
        .flatten()
    {
        check_folder(folder)?;
    }
    let shelf = options.packs.as_deref().map(Shelf::open).transpose();
    let shelf = shelf.map_err(|error| Failure::rejected(error.code(), error.to_string()))?;

    // What shoppers like is nobody's business on a shared machine.
    let mut folder = std::fs::DirBuilder::new();
    let folder = folder.recursive(true).mode(0o700).create(&options.data);
    folder.map_err(|error| unusable(&options.data, &error))?;
    let store = open_store(&options)
        .await
        .map_err(|error| Failure::failed(error.code(), error.to_string()))?;
    let (secret, secret_from) = match given {
        Some(given) => given,
        None => kept_secret(&options.data.join("secret"), &*store).await?,
    };

    let erased = Erased::open(&options.data.join(ERASED))
        .map_err(|error| Failure::failed(error.code(), error.to_string()))?;
    let listener = TcpListener::bind(options.listen).await.map_err(|error| {
        Failure::failed(
            "serve/listen",
            format!("cannot listen on {}: {error}", options.listen),
        )
        .help("stop what uses the port, or choose another with --listen 127.0.0.1:0")
    })?;
    let address = listener.local_addr()?;

    let shop = shop(&options, shelf.as_ref())?;
    announce(&options, address, shelf.as_ref(), &secret_from);
    let stop = stop_signal()?;
    let server = Server {
        profiles: Profiles::new(store, Arc::new(erased)),
        secret,
        shelf,
        files: Files {
            www: options.www,
            pkg: options.pkg,
            images: options.images,
        },
        allow_origins: options.allow_origins,
        demo: options.demo,
    };
    let router = server.router(shop);
    endcap_server::serve(listener, router, options.max_connections, stop).await;
    tracing::info!("stopped; everything is stored");
    Ok(())
}

async fn open_store(options: &ServeOptions) -> Result<Arc<dyn Store>, StoreError> {
    if options.cluster.is_empty() {
        let store = EmbeddedStore::open(&options.data.join(PROFILES))?;
        return Ok(Arc::new(store));
    }
    let cluster = ClusterOptions {
        nodes: options.cluster.clone(),
        replicas: options.cluster_replicas,
    };
    Ok(Arc::new(ClusterStore::connect(&cluster).await?))
}

/// The demo shop's routes, if it has a feed.
fn shop(options: &ServeOptions, shelf: Option<&Shelf>) -> anyhow::Result<Option<axum::Router>> {
    if options.shop.is_empty() {
        return Ok(None);
    }
    let packs = shelf.map(Shelf::packs);
    let default = packs
        .as_ref()
        .and_then(|packs| packs.manifest.catalogue.as_ref());
    crate::shop::router(&options.shop, default.map(|entry| entry.language.as_str())).map(Some)
}

/// Says where it listens, what it serves, and where the data is; an empty line ends it for programs that read along.
fn announce(options: &ServeOptions, address: SocketAddr, shelf: Option<&Shelf>, secret_from: &str) {
    let mut lines = vec![format!("Listening on http://{address}")];
    let mut line = |name: &str, value: String| lines.push(format!("  {name:<10} {value}"));
    match shelf.map(Shelf::packs) {
        Some(packs) => {
            for (language, entry) in &packs.manifest.catalogues {
                let Entry {
                    items, hash, bytes, ..
                } = entry;
                line(
                    "catalogue",
                    format!("{language}: {items} products ({hash}.pack, {bytes} bytes)"),
                );
            }
            if let Some(knowledge) = &packs.manifest.knowledge {
                let (queries, hash, bytes) = (knowledge.queries, &knowledge.hash, knowledge.bytes);
                line(
                    "knowledge",
                    format!("{queries} queries ({hash}.pack, {bytes} bytes)"),
                );
            }
        }
        None => line(
            "catalogue",
            "none: start with --packs DIR to offer one".to_owned(),
        ),
    }
    let profiles = match options.cluster.len() {
        0 => options.data.join(PROFILES).display().to_string(),
        // Not the addresses: they may hold passwords.
        nodes => format!("in the cluster of {nodes} nodes that was given"),
    };
    line("profiles", profiles);
    line("secret", secret_from.to_owned());
    for (path, folder) in [
        ("/", &options.www),
        ("/pkg/", &options.pkg),
        ("/images/", &options.images),
    ] {
        if let Some(folder) = folder {
            line(path, folder.display().to_string());
        }
    }
    for feed in &options.shop {
        line("/shop/", feed.display().to_string());
    }
    if options.demo {
        line(
            "demo",
            "/demo/login signs in anybody as any customer".to_owned(),
        );
    }
    lines.push("\n".to_owned());
    // Nobody may be listening to the words; the server runs all the same.
    let _ = std::io::stdout().write_all(lines.join("\n").as_bytes());
}

/// The secret that the operator gave, if any, and where it comes from in words.
fn given_secret(options: &ServeOptions) -> Result<Option<(Secret, String)>, Failure> {
    // Not a clap option: `--help` and a list of processes would show its value.
    let text = std::env::var_os("ENDCAP_SECRET");
    match (&options.secret_file, text) {
        (Some(file), Some(_)) => Err(Failure::usage(
            "secret/ambiguous",
            format!(
                "ENDCAP_SECRET and the secret file {} are both given",
                file.display()
            ),
        )
        .help("give one of them: they may differ, and the wrong one gives every customer a new, empty profile")),
        (Some(file), None) => {
            let secret = Secret::read(file).map_err(unusable_secret)?;
            Ok(Some((secret, file.display().to_string())))
        }
        (None, Some(text)) => {
            let secret = Secret::new(text.into_encoded_bytes()).map_err(unusable_secret)?;
            Ok(Some((secret, "from ENDCAP_SECRET".to_owned())))
        }
        (None, None) => Ok(None),
    }
}

/// The secret in the data folder, drawn only while no profile can depend on an earlier one.
async fn kept_secret(file: &Path, store: &dyn Store) -> Result<(Secret, String), Failure> {
    let empty = store
        .is_empty()
        .await
        .map_err(|error| Failure::failed(error.code(), error.to_string()))?;
    let (secret, created) = if empty {
        Secret::read_or_create(file)
    } else {
        Secret::read_kept(file).map(|secret| (secret, false))
    }
    .map_err(unusable_secret)?;
    let origin = if created {
        format!(
            "{} (drawn just now: give it to the shop's server, and keep it with the profiles)",
            file.display()
        )
    } else {
        file.display().to_string()
    };
    Ok((secret, origin))
}

fn unusable_secret(error: SecretError) -> Failure {
    match error {
        SecretError::Missing { .. } => Failure::rejected(error.code(), error.to_string()),
        _ => Failure::failed(error.code(), error.to_string()),
    }
}

fn check_folder(folder: &Path) -> Result<(), Failure> {
    match std::fs::read_dir(folder) {
        Ok(_) => Ok(()),
        Err(error) => Err(unusable(folder, &error)),
    }
}

fn unusable(folder: &Path, error: &std::io::Error) -> Failure {
    Failure::failed(
        "serve/folder",
        format!("the folder {} cannot be used: {error}", folder.display()),
    )
    .help("check the path and its permissions")
}

/// Done at the first SIGINT or SIGTERM; a second one ends the process at once.
fn stop_signal() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        tracing::info!("stopping: finishing the requests under way");
        tokio::spawn(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            std::process::exit(130);
        });
    })
}

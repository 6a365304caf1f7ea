//! `endcap serve`: reads the options, opens everything, says what is served, and serves until told to stop.

mod check;
mod config;
mod options;
mod private;
mod tenants;
mod upkeep;

use std::io::Write as _;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use endcap_server::shelf::{Entry, Shelf};
use endcap_server::store::{ClusterOptions, ClusterStore, EmbeddedStore, Store, StoreError};
use endcap_server::{
    Calendar, Disk, Erased, ErasedError, KeepDays, MaxConnections, Metrics, Profiles, Proxies,
    Secret, SecretError,
};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

pub(crate) use config::{Tenant, apply};
pub(crate) use options::ServeOptions;

use crate::failure::Failure;
use options::LogFormat;
use tenants::Opened;

/// The folder of events in the data folder.
const EVENTS: &str = "events";

/// How long upkeep may take to come to an end when the server stops.
const UPKEEP_END: Duration = Duration::from_secs(5);

/// A scraper or two, a supervisor, and a person who looks.
const ADMIN_CONNECTIONS: NonZeroU32 = NonZeroU32::MIN.saturating_add(15);

/// The store's folder in the data folder.
const PROFILES: &str = "profiles";

/// The secret in the data folder.
const SECRET: &str = "secret";

/// The demo's own secret in the data folder, so that no real shop's is ever in reach of a demo.
const DEMO_SECRET: &str = "secret.demo";

/// The list of erased profiles in the data folder.
const ERASED: &str = "erased";

/// Serves until SIGINT or SIGTERM.
pub(crate) fn run(options: ServeOptions) -> anyhow::Result<()> {
    private::from_the_first_byte();
    let lines = tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("ENDCAP_LOG")
                .unwrap_or_else(|_| "info,fjall=warn,lsm_tree=warn".into()),
        )
        .with_writer(std::io::stderr)
        // A log on a full disk must not end requests: to say so on standard error would fail, too.
        .log_internal_errors(false)
        .with_ansi(false);
    match options.log_format {
        LogFormat::Text => lines.init(),
        LogFormat::Json => lines.json().flatten_event(true).init(),
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the asynchronous runtime cannot start")?;
    let served = runtime.block_on(serve(options));
    // A sweep or a purge under way may take minutes, and begins anew at the next start.
    runtime.shutdown_timeout(UPKEEP_END);
    served
}

async fn serve(options: ServeOptions) -> anyhow::Result<()> {
    check::check(&options)?;
    for folder in [&options.www, &options.pkg, &options.images]
        .into_iter()
        .flatten()
    {
        check_folder(folder)?;
    }
    let mut tenants = tenants::open(&options)?;

    // What shoppers like is nobody's business on a shared machine.
    let mut folder = std::fs::DirBuilder::new();
    let folder = folder.recursive(true).mode(0o700).create(&options.data);
    folder.map_err(|error| unusable(&options.data, &error))?;
    private::tighten(&options.data).map_err(|error| unusable(&options.data, &error))?;
    let store = open_store(&options)
        .await
        .map_err(|error| Failure::failed(error.code(), error.to_string()))?;
    for tenant in &mut tenants {
        if tenant.secret.is_none() {
            tenant.secret = Some(kept_secret(&options, &*store).await?);
        }
    }
    let erased = opened_erased(&options, &*store).await?;
    let disk = Arc::new(Disk::new(&options.data, options.min_free));
    let calendar = Calendar::default().confirmed(options.confirm_retention);
    let mut profiles = Profiles::new(store, Arc::new(erased)).with_calendar(Arc::new(calendar));
    // A cluster's nodes have disks of their own, and say so.
    if options.cluster.is_empty() {
        profiles = profiles.on(Arc::clone(&disk));
    }
    let profiles = Arc::new(profiles);
    check_secrets(&options, &profiles, &tenants).await?;
    check_erased(&options, &profiles).await?;
    let metrics = Arc::new(Metrics::new());
    let clock = profiles.start_calendar().await.map_err(failed_store)?;
    upkeep::look_at_clock(&metrics, clock);

    let listener = listen(options.listen).await?;
    let address = listener.local_addr()?;
    let admin = match options.admin_listen {
        Some(address) => Some(listen(address).await?),
        None => None,
    };
    announce(&options, address, admin.as_ref(), &tenants);
    let mut routers = Vec::new();
    for tenant in tenants {
        routers.push(tenant.router(&options, &profiles, &metrics, &disk)?);
    }
    let of_tenants = routers.iter().map(|(_, router)| router.clone());
    let of_tenants: Vec<_> = of_tenants.collect();
    let router = match (options.tenants.is_empty(), routers.pop()) {
        (true, Some((_, router))) => router,
        (_, last) => {
            routers.extend(last);
            endcap_server::by_host(routers)
        }
    };
    let stop = stop_signal()?;
    if let Some(admin) = admin {
        let router = endcap_server::admin(Arc::clone(&metrics), of_tenants);
        let connections = MaxConnections {
            all: ADMIN_CONNECTIONS,
            per_address: None,
            proxies: Proxies::default(),
        };
        let forever = std::future::pending();
        tokio::spawn(endcap_server::serve(admin, router, connections, forever));
    }
    upkeep::purge(Arc::clone(&profiles), options.purge_every);
    upkeep::keep_calendar(Arc::clone(&profiles), Arc::clone(&metrics));
    if !options.cluster.is_empty() {
        upkeep::share_erased(Arc::clone(&profiles));
    }
    let retention = upkeep::Retention {
        profiles: KeepDays(options.keep_days),
        events: KeepDays(options.keep_events_days),
        folder: options.data.join(EVENTS),
    };
    upkeep::retire(profiles, metrics, retention);
    let connections = MaxConnections {
        all: options.max_connections,
        per_address: options
            .max_connections_per_address
            .or(options.demo.then_some(options.max_connections)),
        proxies: options.proxies(),
    };
    endcap_server::serve(listener, router, connections, stop).await;
    tracing::info!("stopped; everything is stored");
    Ok(())
}

async fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        Failure::failed(
            "serve/listen",
            format!("cannot listen on {address}: {error}"),
        )
        .help("stop what uses the port, or choose another with --listen 127.0.0.1:0")
    })
}

async fn open_store(options: &ServeOptions) -> Result<Arc<dyn Store>, StoreError> {
    if options.cluster.is_empty() {
        let store = EmbeddedStore::open(&options.data.join(PROFILES))?;
        return Ok(Arc::new(store));
    }
    let authorities = options.cluster_ca.as_ref().map(|file| {
        std::fs::read(file).map_err(|error| StoreError::ClusterTls {
            reason: format!("{} cannot be read: {error}", file.display()),
        })
    });
    let cluster = ClusterOptions {
        nodes: options.cluster.clone(),
        authorities: authorities.transpose()?,
        replicas: options.cluster_replicas,
    };
    Ok(Arc::new(ClusterStore::connect(&cluster).await?))
}

/// Says where it listens, what it serves, and where the data is; an empty line ends it for programs that read along.
fn announce(
    options: &ServeOptions,
    address: SocketAddr,
    admin: Option<&TcpListener>,
    tenants: &[Opened],
) {
    let mut lines = vec![format!("Listening on http://{address}")];
    let mut line = |name: &str, value: String| lines.push(format!("  {name:<10} {value}"));
    if let Some(address) = admin.and_then(|admin| admin.local_addr().ok()) {
        line("metrics", format!("http://{address}/metrics"));
    }
    for tenant in tenants {
        if !tenant.hosts.is_empty() {
            let (name, hosts) = (tenant.name.as_str(), tenant.hosts.join(", "));
            line("tenant", format!("{name} at {hosts}"));
        }
        announce_packs(tenant.shelf.as_ref(), &mut line);
        if let Some((_, from)) = &tenant.secret {
            line("secret", from.clone());
        }
    }
    let profiles = match options.cluster.len() {
        0 => options.data.join(PROFILES).display().to_string(),
        // Not the addresses: they may hold passwords.
        nodes => format!("in the cluster of {nodes} nodes that was given"),
    };
    line("profiles", profiles);
    if options.events {
        line("events", options.data.join(EVENTS).display().to_string());
    }
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

fn announce_packs(shelf: Option<&Shelf>, line: &mut impl FnMut(&str, String)) {
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
}

impl ServeOptions {
    fn proxies(&self) -> Proxies {
        self.trusted_proxies.iter().copied().collect()
    }

    /// Adds the tenants that the file of options has.
    pub(crate) fn with_tenants(self, tenants: Vec<Tenant>) -> Self {
        Self { tenants, ..self }
    }
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

/// The secret in the data folder, drawn only while no profile can depend on an earlier one, and never on a cluster, see
/// [`check`].
async fn kept_secret(
    options: &ServeOptions,
    store: &dyn Store,
) -> Result<(Secret, String), Failure> {
    let name = if options.demo { DEMO_SECRET } else { SECRET };
    let file = &options.data.join(name);
    let empty = store
        .is_empty()
        .await
        .map_err(|error| Failure::failed(error.code(), error.to_string()))?;
    let (secret, created) = if empty && options.cluster.is_empty() {
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

/// The list of erased profiles, which must be there where profiles are: a cluster's servers learn it from each other.
async fn opened_erased(options: &ServeOptions, store: &dyn Store) -> Result<Erased, Failure> {
    let path = options.data.join(ERASED);
    let new = options.rebuild_erased
        || !options.cluster.is_empty()
        || store.is_empty().await.map_err(failed_store)?;
    let erased = if new {
        Erased::open(&path)
    } else {
        Erased::open_kept(&path)
    };
    erased.map_err(unusable_erased)
}

/// Holds the list against what the store knows, and brings both to the same.
async fn check_erased(options: &ServeOptions, profiles: &Profiles) -> Result<(), Failure> {
    let mut lacking = profiles.lacking().await.map_err(failed_store)?;
    if options.rebuild_erased {
        lacking.extend(profiles.buried().await.map_err(failed_store)?);
    } else if options.cluster.is_empty() && !lacking.is_empty() {
        return Err(unusable_erased(ErasedError::Older {
            path: options.data.join(ERASED),
            lacking: lacking.len(),
        }));
    }
    let shared = profiles.share_erased(lacking).await;
    shared.map_err(|problem| Failure::failed(problem.code(), problem.detail().to_owned()))
}

/// Stops where a secret is not the one that the profiles were written under.
async fn check_secrets(
    options: &ServeOptions,
    profiles: &Profiles,
    tenants: &[Opened],
) -> Result<(), Failure> {
    for tenant in tenants {
        let Some((secret, _)) = &tenant.secret else {
            continue;
        };
        let right = profiles.check_secret(&tenant.name, secret, &options.accept_secret);
        if !right.await.map_err(failed_store)? {
            let of_tenant = match tenant.name.as_str() {
                "" => String::new(),
                name => format!(" of {name}"),
            };
            let check = secret.check_value();
            return Err(unusable_secret(SecretError::Other { of_tenant, check }));
        }
    }
    Ok(())
}

fn failed_store(error: StoreError) -> Failure {
    Failure::failed(error.code(), error.to_string())
}

fn unusable_erased(error: ErasedError) -> Failure {
    match error {
        ErasedError::Missing { .. } | ErasedError::Older { .. } => {
            Failure::rejected(error.code(), error.to_string())
        }
        _ => Failure::failed(error.code(), error.to_string()),
    }
}

fn unusable_secret(error: SecretError) -> Failure {
    match error {
        SecretError::Missing { .. } | SecretError::Other { .. } => {
            Failure::rejected(error.code(), error.to_string())
        }
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

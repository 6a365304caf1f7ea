//! What `endcap serve` can be told.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use axum::http::HeaderValue;
use clap::{Args, ValueEnum};
use endcap_server::{Day, Network, Origin};

use super::config::Tenant;

/// What `endcap serve --help` ends with.
const AFTER_HELP: &str = "\
Every option can also be given by the environment variable that stands beside it, and in the file that --config names:
the option's name without the dashes, as in listen = \"0.0.0.0:8787\" or allow-origin = [\"https://shop.example\"].
An option comes before a variable, a variable before the file.

Examples:
  A first look, with demo data:
    endcap serve --packs packs --data data --www www --pkg pkg --images demo/images --demo
  Beside a shop at another address:
    endcap serve --packs packs --data /var/lib/endcap --secret-file /etc/endcap/secret \\
      --allow-origin https://shop.example
  On several machines, with the profiles in a Redis Cluster:
    endcap serve --packs packs --data /var/lib/endcap --secret-file /etc/endcap/secret \\
      --cluster redis://10.0.0.1:6379,redis://10.0.0.2:6379
  For several shops:
    endcap serve --config endcap.toml, with for each of them in the file
      [[tenant]]
      name = \"shop-a\"
      hosts = [\"endcap.shop-a.example\"]
      secret-file = \"/etc/endcap/shop-a.secret\"
      packs = \"/srv/shop-a/packs\"
      allow-origin = [\"https://shop-a.example\"]

What is kept: profiles (what devices have learned, no names, no clicks) in DATA/profiles, the list of erased profiles in
DATA/erased, and DATA/secret when no secret is given. Back them up together: without the secret, customers' profiles are
not found again. Never restore an older DATA/erased: the server does not start without the newest.

The API is described in docs/server.md. `GET /health/ready` says whether requests can be served.
ENDCAP_LOG=warn hides the line per request; none of them names a profile or a customer.
Stop with Ctrl-C or SIGTERM: requests under way are finished first. A crash loses nothing that was answered.";

/// Serve packs and keep profiles
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ServeOptions {
    /// File with options, in TOML
    #[arg(long, env = "ENDCAP_CONFIG", value_name = "FILE")]
    pub(super) config: Option<PathBuf>,

    /// Folder with packs, as `endcap pack build` writes them; new ones are offered without a restart.
    /// Without it only profiles are served
    #[arg(long, env = "ENDCAP_PACKS", value_name = "DIR")]
    pub(super) packs: Option<PathBuf>,

    /// Folder to keep profiles in; created when missing. One server at a time can use it
    #[arg(long, env = "ENDCAP_DATA", value_name = "DIR")]
    pub(super) data: PathBuf,

    /// Keep profiles in a Redis or Valkey Cluster: some of its nodes, like redis://10.0.0.1:6379, or by TLS
    /// rediss://user:password@redis-1.example:6379, separated by commas. Several servers may share it. Without it profiles
    /// are kept in DATA/profiles, by one server
    #[arg(
        long,
        env = "ENDCAP_CLUSTER",
        value_name = "URL",
        value_delimiter = ',',
        hide_env_values = true
    )]
    pub(super) cluster: Vec<String>,

    /// File with the certificates (PEM) of the authorities that sign those of the cluster's nodes, for rediss://. Without it
    /// those that the system trusts
    #[arg(
        long,
        env = "ENDCAP_CLUSTER_CA",
        value_name = "FILE",
        requires = "cluster"
    )]
    pub(super) cluster_ca: Option<PathBuf>,

    /// Replicas in the cluster that must have a sync before it is answered
    #[arg(
        long,
        env = "ENDCAP_CLUSTER_REPLICAS",
        value_name = "N",
        default_value = "1"
    )]
    pub(super) cluster_replicas: u32,

    /// Address and port to listen on; port 0 takes a free one
    #[arg(
        long,
        env = "ENDCAP_LISTEN",
        value_name = "ADDR",
        default_value = "127.0.0.1:8787"
    )]
    pub(super) listen: SocketAddr,

    /// Address and port for operators only: /metrics for Prometheus, and /health where strangers cannot take all connections.
    /// Without it there are no metrics
    #[arg(long, env = "ENDCAP_ADMIN_LISTEN", value_name = "ADDR")]
    pub(super) admin_listen: Option<SocketAddr>,

    /// File with the secret that customers' profiles are found by (at least 32 bytes); without --key-file the shop's server
    /// also signs link tokens with it. ENDCAP_SECRET holds the secret itself, give one or the other; without both one is
    /// drawn at the first start and kept in DATA/secret
    #[arg(long, env = "ENDCAP_SECRET_FILE", value_name = "FILE")]
    pub(super) secret_file: Option<PathBuf>,

    /// File with the keys that the shop's server signs link tokens with, a JWK Set (Ed25519, P-256 or a shared secret); read
    /// again when it changes. With it, only its keys count
    #[arg(long, env = "ENDCAP_KEY_FILE", value_name = "FILE")]
    pub(super) key_file: Option<PathBuf>,

    /// Origin of a page elsewhere that may call the API, like https://shop.example; repeat for more
    #[arg(
        long = "allow-origin",
        env = "ENDCAP_ALLOW_ORIGIN",
        value_name = "ORIGIN",
        value_delimiter = ','
    )]
    pub(super) allow_origins: Vec<Origin>,

    /// Address of a proxy that may say in X-Forwarded-For on whose behalf it asks, like 10.0.0.7 or 10.0.0.0/24; repeat for
    /// more. Without it the header is ignored, and all that come through a proxy share one limit
    #[arg(
        long = "trusted-proxy",
        env = "ENDCAP_TRUSTED_PROXY",
        value_name = "NETWORK",
        value_delimiter = ','
    )]
    pub(super) trusted_proxies: Vec<Network>,

    /// Requests per second from one address (of IPv6 one /64), in the long run; ten times as many may come at once, and 16 times
    /// as many from a /48. 0 for no limit
    #[arg(long, env = "ENDCAP_RATE", value_name = "N", default_value = "50")]
    pub(super) rate: u32,

    /// Requests per second to one profile, likewise
    #[arg(
        long,
        env = "ENDCAP_PROFILE_RATE",
        value_name = "N",
        default_value = "10"
    )]
    pub(super) profile_rate: u32,

    /// New profiles per hour from one address (of IPv6 one /64), all at once or one by one, and 16 times as many from a /48; what
    /// is stored already is not counted. 0 for no limit
    #[arg(
        long,
        env = "ENDCAP_NEW_PROFILES",
        value_name = "N",
        default_value = "600"
    )]
    pub(super) new_profiles: u32,

    /// Forget profiles that nobody has written to for so many days; 0 for never
    #[arg(
        long,
        env = "ENDCAP_KEEP_DAYS",
        value_name = "DAYS",
        default_value = "395"
    )]
    pub(super) keep_days: u16,

    /// Take events from shoppers who consented to contribute, and log them in DATA/events
    #[arg(long, env = "ENDCAP_EVENTS")]
    pub(super) events: bool,

    /// Delete logs of events after so many days; 0 for never
    #[arg(
        long,
        env = "ENDCAP_KEEP_EVENTS_DAYS",
        value_name = "DAYS",
        default_value = "90"
    )]
    pub(super) keep_events_days: u16,

    /// Room for each shop's log of events, like 512M or 4G; past it events are refused. 0 for no limit
    #[arg(
        long,
        env = "ENDCAP_MAX_EVENTS",
        value_name = "SIZE",
        default_value = "4G",
        value_parser = size
    )]
    pub(super) max_events: u64,

    /// Refuse events while the disk of DATA has less room than this, and profiles below a quarter of it. 0 for never
    #[arg(
        long,
        env = "ENDCAP_MIN_FREE",
        value_name = "SIZE",
        default_value = "512M",
        value_parser = size
    )]
    pub(super) min_free: u64,

    /// Today, like 2026-11-30, after you have looked at the clock: lets the server believe a clock that went on or back
    /// by more than five days, and delete by age more than a twentieth at once. Counts for that day and five around it
    #[arg(long, env = "ENDCAP_CONFIRM_RETENTION", value_name = "DAY")]
    pub(super) confirm_retention: Option<Day>,

    /// How often the bytes of erased and forgotten profiles are taken out of the store's files, if there were any
    #[arg(long, env = "ENDCAP_PURGE_EVERY", value_name = "TIME", value_parser = duration, default_value = "20m")]
    pub(super) purge_every: Duration,

    /// Go on with another secret than the profiles were written under; the error message names the value. Every customer then
    /// begins with a new, empty profile
    #[arg(
        long,
        env = "ENDCAP_ACCEPT_SECRET",
        value_name = "CHECK",
        value_delimiter = ','
    )]
    pub(super) accept_secret: Vec<String>,

    /// Make a new list of erased profiles of what the store itself knows, where DATA/erased is lost
    #[arg(long, env = "ENDCAP_REBUILD_ERASED")]
    pub(super) rebuild_erased: bool,

    /// Learn from the logged events this often, like 15m or 6h, and publish the new knowledge pack in --packs
    #[arg(long, env = "ENDCAP_TRAIN_EVERY", value_name = "TIME", value_parser = duration, requires_all = ["events", "packs"])]
    pub(super) train_every: Option<Duration>,

    /// Folder of pages to serve at /
    #[arg(long, env = "ENDCAP_WWW", value_name = "DIR")]
    pub(super) www: Option<PathBuf>,

    /// Content-Security-Policy of those pages. Unset: only from this server and pictures from anywhere, no frames elsewhere, and of
    /// the scripts in a page those that stand in its file
    #[arg(
        long,
        env = "ENDCAP_PAGE_POLICY",
        value_name = "POLICY",
        requires = "www"
    )]
    pub(super) page_policy: Option<HeaderValue>,

    /// Folder of the built npm package to serve at /pkg/
    #[arg(long, env = "ENDCAP_PKG", value_name = "DIR")]
    pub(super) pkg: Option<PathBuf>,

    /// Folder of pictures to serve at /images/
    #[arg(long, env = "ENDCAP_IMAGES", value_name = "DIR")]
    pub(super) images: Option<PathBuf>,

    /// Feed for the demo shop's own lists and product pages at /shop; repeat for more languages, which are read
    /// from the names, as in catalogue.de.jsonl
    #[arg(long, env = "ENDCAP_SHOP", value_name = "FEED", value_delimiter = ',')]
    pub(super) shop: Vec<PathBuf>,

    /// Connections at a time; past it a new one takes the place of one that has stood still. Each takes a file descriptor
    #[arg(
        long,
        env = "ENDCAP_MAX_CONNECTIONS",
        value_name = "N",
        default_value = "1024"
    )]
    pub(super) max_connections: NonZeroU32,

    /// Connections from one address (of IPv6 one /64) at a time, and four times as many from a /48; past it further ones are
    /// closed. A --trusted-proxy has no such limit. 64 if not given; as many as --max-connections for a --demo, whose
    /// browsers are all on one machine
    #[arg(long, env = "ENDCAP_MAX_CONNECTIONS_PER_ADDRESS", value_name = "N")]
    pub(super) max_connections_per_address: Option<NonZeroU32>,

    /// How log lines look on standard error
    #[arg(
        long,
        env = "ENDCAP_LOG_FORMAT",
        value_name = "FORMAT",
        value_enum,
        default_value = "text"
    )]
    pub(super) log_format: LogFormat,

    /// Play the shop's server too: POST /demo/login signs a token for any customer. Never use it in earnest
    #[arg(long, env = "ENDCAP_DEMO")]
    pub(super) demo: bool,

    /// The tenants in the file that --config names.
    #[arg(skip)]
    pub(super) tenants: Vec<Tenant>,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum LogFormat {
    /// For people
    Text,
    /// One JSON object per line, for programs
    Json,
}

/// A number and s, m or h.
fn duration(text: &str) -> Result<Duration, String> {
    let unit = |unit| {
        text.strip_suffix(unit)
            .and_then(|text| text.parse::<u32>().ok())
    };
    let seconds = unit("s")
        .or_else(|| unit("m").and_then(|minutes| minutes.checked_mul(60)))
        .or_else(|| unit("h").and_then(|hours| hours.checked_mul(3600)));
    match seconds {
        Some(seconds) if seconds > 0 => Ok(Duration::from_secs(seconds.into())),
        _ => Err("expected a time like 90s, 15m or 6h".to_owned()),
    }
}

/// A number of bytes, or a number and K, M or G.
fn size(text: &str) -> Result<u64, String> {
    let (digits, unit) = match text.as_bytes().last() {
        Some(b'K') => (text.strip_suffix('K'), 10),
        Some(b'M') => (text.strip_suffix('M'), 20),
        Some(b'G') => (text.strip_suffix('G'), 30),
        _ => (Some(text), 0),
    };
    digits
        .and_then(|digits| digits.parse::<u32>().ok())
        .map(|number| u64::from(number) << unit)
        .ok_or_else(|| "expected a size like 512M or 4G".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_a_unit_or_are_bytes() {
        assert_eq!(size("0"), Ok(0));
        assert_eq!(size("100"), Ok(100));
        assert_eq!(size("1K"), Ok(1024));
        assert_eq!(size("512M"), Ok(512 << 20));
        assert_eq!(size("4G"), Ok(4 << 30));
        for bad in ["", "M", "-1", "1T", "1.5G", "4g", "5000000000G"] {
            assert!(size(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn times_have_a_unit() {
        assert_eq!(duration("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("15m"), Ok(Duration::from_secs(900)));
        assert_eq!(duration("6h"), Ok(Duration::from_secs(21_600)));
        for bad in ["", "6", "h", "0s", "-1m", "1d", "9999999999s", "4000000h"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
    }
}

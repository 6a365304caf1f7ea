//! The file of options: its values become the defaults of the command line, so that options and variables come first.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::Command;
use endcap_server::{Origin, TenantName};
use serde::Deserialize;
use toml::{Table, Value};

use crate::failure::Failure;

/// A shop of several that share the server.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Tenant {
    #[serde(deserialize_with = "parsed")]
    pub(super) name: TenantName,
    pub(super) hosts: Vec<String>,
    pub(super) secret_file: PathBuf,
    pub(super) key_file: Option<PathBuf>,
    pub(super) packs: Option<PathBuf>,
    #[serde(default, deserialize_with = "all_parsed")]
    pub(super) allow_origin: Vec<Origin>,
}

/// Puts the file that `--config` or `ENDCAP_CONFIG` names into the defaults of `serve`, and returns its tenants.
///
/// # Errors
///
/// A [`Failure`] when the file cannot be read or says what nobody understands.
pub(crate) fn apply(
    command: Command,
    arguments: impl Iterator<Item = OsString>,
) -> Result<(Command, Vec<Tenant>), Failure> {
    let Some(path) = named(arguments) else {
        return Ok((command, Vec::new()));
    };
    let text = std::fs::read_to_string(&path).map_err(|error| {
        Failure::failed(
            "config/file",
            format!("{} cannot be read: {error}", path.display()),
        )
        .help("check the path and its permissions")
    })?;
    let refused = |reason: String| {
        Failure::usage(
            "config/refused",
            format!("{} is refused: {reason}", path.display()),
        )
        .help("see `endcap serve --help` for the options; in the file they stand without dashes")
    };
    let mut table: Table = toml::from_str(&text).map_err(|error| refused(error.to_string()))?;
    let tenants = match table.remove("tenant") {
        Some(tenants) => Vec::<Tenant>::deserialize(tenants)
            .map_err(|error| refused(format!("[[tenant]]: {error}")))?,
        None => Vec::new(),
    };
    check(&tenants).map_err(refused)?;
    let mut problem = None;
    let command = command.mut_subcommand("serve", |mut serve| {
        for (key, value) in table {
            match (id_of(&serve, &key), text_of(&value)) {
                // Lives as long as the program, as what clap is told must.
                (Some(id), Some(text)) => {
                    let text: &'static str = text.leak();
                    serve = serve.mut_arg(id, |arg| arg.default_value(text).required(false));
                }
                (None, _) => problem = Some(format!("there is no option {key}")),
                (_, None) => {
                    problem = Some(format!("{key} is no text, number, truth or list of texts"))
                }
            }
        }
        serve
    });
    match problem {
        Some(problem) => Err(refused(problem)),
        None => Ok((command, tenants)),
    }
}

/// The file that `endcap serve` is told to read, before anything else is understood.
fn named(mut arguments: impl Iterator<Item = OsString>) -> Option<PathBuf> {
    if arguments.nth(1)? != "serve" {
        return None;
    }
    while let Some(argument) = arguments.next() {
        if argument == "--config" {
            return arguments.next().map(PathBuf::from);
        }
        if let Some(path) = argument
            .to_str()
            .and_then(|text| text.strip_prefix("--config="))
        {
            return Some(PathBuf::from(path));
        }
    }
    std::env::var_os("ENDCAP_CONFIG").map(PathBuf::from)
}

fn id_of(serve: &Command, key: &str) -> Option<String> {
    let found = serve
        .get_arguments()
        .find(|arg| arg.get_long() == Some(key));
    // A file that names another one would be read too late.
    found
        .filter(|_| key != "config")
        .map(|arg| arg.get_id().to_string())
}

/// As it would stand on the command line.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Boolean(truth) => Some(truth.to_string()),
        Value::Array(values) => {
            let texts: Option<Vec<&str>> = values.iter().map(Value::as_str).collect();
            texts.map(|texts| texts.join(","))
        }
        _ => None,
    }
}

/// What one tenant alone cannot tell.
fn check(tenants: &[Tenant]) -> Result<(), String> {
    for (at, tenant) in tenants.iter().enumerate() {
        let name = tenant.name.as_str();
        if tenant.hosts.is_empty() {
            return Err(format!("{name} has no hosts"));
        }
        for host in &tenant.hosts {
            if host.contains([':', '/']) || *host != host.to_ascii_lowercase() {
                return Err(format!(
                    "{name} has the host {host:?}: give it in lower case, without scheme and port"
                ));
            }
        }
        for other in tenants.get(..at).unwrap_or_default() {
            if other.name == tenant.name {
                return Err(format!("two tenants have the name {name}"));
            }
            if let Some(host) = tenant.hosts.iter().find(|host| other.hosts.contains(host)) {
                return Err(format!("two tenants have the host {host}"));
            }
            if same(&other.secret_file, &tenant.secret_file) {
                return Err(format!(
                    "{} and {name} share a secret: give each its own",
                    other.name.as_str()
                ));
            }
        }
    }
    Ok(())
}

fn same(a: &Path, b: &Path) -> bool {
    a == b || matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

fn parsed<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: std::str::FromStr<Err: std::fmt::Display>,
{
    let text = String::deserialize(from)?;
    text.parse().map_err(serde::de::Error::custom)
}

fn all_parsed<'de, D, T>(from: D) -> Result<Vec<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: std::str::FromStr<Err: std::fmt::Display>,
{
    let texts = Vec::<String>::deserialize(from)?;
    let values = texts.iter().map(|text| text.parse());
    values
        .collect::<Result<_, _>>()
        .map_err(serde::de::Error::custom)
}

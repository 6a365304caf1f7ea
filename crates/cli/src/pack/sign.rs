//! `endcap pack keygen`, `sign` and `verify`: one signature over the manifest of a folder, and by it over all its packs.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;
use endcap::pack::Pack;
use endcap_signature::{PublicKey, SignatureError, Signed, SigningKey, digest};
use endcap_trainer::{Manifest, edit_manifest};
use serde_json::json;

use crate::failure::Failure;
use crate::pack::show;

/// Where the manifest keeps what is signed.
const SIGNED: &str = "signed";
const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// What `endcap pack keygen --help` ends with.
const KEYGEN_HELP: &str = "\
Keep the file where packs are built and nowhere else: whoever has it decides what pages open. The key is Ed25519 as
PKCS #8 in PEM; `openssl genpkey -algorithm ed25519` makes the same.

Example:
  endcap pack keygen --out shop.key
  endcap pack sign packs --key shop.key
  Endcap.open({ pack: \"/v1/manifest.json\", packKey: \"<the printed key>\" })";

/// What `endcap pack sign --help` ends with.
const SIGN_HELP: &str = "\
Each pack of the manifest is opened, and named by its SHA-256 in the text that is signed: catalogues, heads, deltas,
overlays for everybody, knowledge. The signature stands in manifest.json, so servers and CDNs need nothing new. Sign again
after every change; until then pages with a packKey go by what was signed last. `build`, `knowledge`, `overlay` and `delta`
sign by themselves with --sign-key or ENDCAP_SIGN_KEY, which `endcap serve --train-every` passes on.

A page refuses a manifest older than the newest that it has seen. It remembers from visit to visit only with
live(…, { keep: true }); --expires bounds it for all pages, by the device's clock.

Examples:
  endcap pack sign packs --key shop.key
  Hold for thirty days, and replace a key: pages that know either open it
    endcap pack sign packs --key old.key new.key --expires 30";

/// Arguments of `endcap pack keygen`.
#[derive(Debug, Args)]
#[command(after_help = KEYGEN_HELP)]
pub(crate) struct KeygenArgs {
    /// File for the secret key; it must not be there yet
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Arguments of `endcap pack sign`.
#[derive(Debug, Args)]
#[command(after_help = SIGN_HELP)]
pub(crate) struct SignArgs {
    /// Folder with manifest.json and its packs
    #[arg(value_name = "DIR")]
    packs: PathBuf,

    /// Files of secret keys
    #[arg(long, required = true, value_name = "FILE", num_args = 1..)]
    key: Vec<PathBuf>,

    /// Days for which the signature holds; default: for ever
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u64).range(1..=3650))]
    expires: Option<u64>,

    /// Print the outcome as one JSON object
    #[arg(long)]
    json: bool,
}

/// Arguments of `endcap pack verify`.
#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// Folder with manifest.json and its packs
    #[arg(value_name = "DIR")]
    packs: PathBuf,

    /// The public key
    // One in 64 keys begins with a hyphen.
    #[arg(long, value_name = "KEY", allow_hyphen_values = true)]
    key: String,
}

/// How commands that publish sign what they have published.
#[derive(Debug, Args)]
pub(crate) struct SignOptions {
    /// Sign the folder's manifest with this key, as `endcap pack sign` does
    #[arg(long, value_name = "FILE", env = "ENDCAP_SIGN_KEY")]
    sign_key: Option<PathBuf>,

    /// Days for which that signature holds; default: for ever
    #[arg(long, value_name = "DAYS", env = "ENDCAP_SIGN_EXPIRES", value_parser = clap::value_parser!(u64).range(1..=3650))]
    sign_expires: Option<u64>,
}

impl SignOptions {
    /// Signs the manifest in `out`, if a key is given and `out` is a folder that has one.
    pub(crate) fn sign(&self, out: &Path) -> Result<(), Failure> {
        let has_manifest = out.join("manifest.json").is_file();
        match &self.sign_key {
            Some(key) if has_manifest => {
                sign_folder(out, std::slice::from_ref(key), self.sign_expires).map(drop)
            }
            _ => Ok(()),
        }
    }
}

/// Makes a pair of keys.
pub(crate) fn keygen(args: &KeygenArgs) -> Result<(), Failure> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| {
        Failure::failed(
            "signature/random",
            format!("the system gives no random numbers: {error}"),
        )
    })?;
    let key = SigningKey::from_seed(seed);
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&args.out).and_then(|mut file| {
        file.write_all(key.to_pem().as_bytes())
            .and_then(|()| file.sync_all())
    });
    written.map_err(|error| {
        Failure::failed(
            "signature/write",
            format!("cannot write {}: {error}", args.out.display()),
        )
        .help("a key is never written over another: give a new file name")
    })?;
    show::print(&format!("{}\n", key.public()))
}

/// Signs the manifest of a folder.
pub(crate) fn sign(args: &SignArgs) -> Result<(), Failure> {
    if !args.packs.join("manifest.json").is_file() {
        return Err(Failure::failed(
            "signature/manifest",
            format!("there is no manifest.json in {}", args.packs.display()),
        )
        .help("build the packs into a folder: `endcap pack build FEED --out DIR`"));
    }
    let (version, packs) = sign_folder(&args.packs, &args.key, args.expires)?;
    if args.json {
        let object = json!({ "version": version, "packs": packs });
        return show::print(&format!("{object}\n"));
    }
    show::print(&format!(
        "Signed {}: version {version}, {}\n",
        args.packs.join("manifest.json").display(),
        show::many(packs as u64, "pack")
    ))
}

/// Checks a folder as a page would.
pub(crate) fn verify(args: &VerifyArgs) -> Result<(), Failure> {
    let key: PublicKey = args.key.parse().map_err(|error| refused(&error))?;
    let path = args.packs.join("manifest.json");
    let bytes = fs::read(&path).map_err(|error| cannot_read(&path, &error))?;
    let manifest: Manifest = serde_json::from_slice(&bytes).map_err(|error| {
        Failure::rejected("signature/manifest", format!("{}: {error}", path.display()))
    })?;
    let signed = signed_of(&manifest).ok_or_else(|| refused(&SignatureError::Missing))?;
    let opened = signed
        .open(&[key], 0, now_ms())
        .map_err(|error| refused(&error))?;
    let mut packs = 0;
    for (hash, _) in opened.packs() {
        let path = args.packs.join(format!("{hash}.pack"));
        let bytes = fs::read(&path).map_err(|error| cannot_read(&path, &error))?;
        opened
            .check(hash, &bytes)
            .map_err(|error| refused(&error))?;
        packs += 1;
    }
    show::print(&format!(
        "Version {}, {}: every one is signed\n",
        opened.version,
        show::many(packs, "pack")
    ))
}

/// Returns the version, and how many packs are signed.
fn sign_folder(
    folder: &Path,
    keys: &[PathBuf],
    days: Option<u64>,
) -> Result<(u64, usize), Failure> {
    let keys = keys
        .iter()
        .map(|file| {
            let pem = fs::read_to_string(file).map_err(|error| cannot_read(file, &error))?;
            SigningKey::from_pem(&pem).map_err(|error| refused(&error))
        })
        .collect::<Result<Vec<_>, _>>()?;
    let now = now_ms();
    let expires = days.map(|days| now + days * DAY_MS);
    let mut signed = Ok((0, 0));
    edit_manifest(folder, |manifest| {
        signed = signature(folder, manifest, &keys, (now, expires));
    })?;
    signed
}

fn signature(
    folder: &Path,
    manifest: &mut Manifest,
    keys: &[SigningKey],
    (now, expires): (u64, Option<u64>),
) -> Result<(u64, usize), Failure> {
    // A clock that was ahead when the last one was signed must not make this one look old.
    let former = signed_of(manifest).and_then(|former| former.unchecked().ok());
    let version = former.map_or(now, |former| now.max(former.version + 1));
    let failed =
        |error: serde_json::Error| Failure::failed("signature/manifest", error.to_string());
    let text = serde_json::to_value(Manifest {
        others: Default::default(),
        ..manifest.clone()
    });
    let mut packs = std::collections::BTreeSet::new();
    let signed = Signed::new(
        text.map_err(failed)?,
        (version, expires),
        keys,
        &mut |hash| {
            packs.insert(hash.to_owned());
            digest_of(folder, hash)
        },
    )?;
    let signed = serde_json::to_value(signed).map_err(failed)?;
    manifest.others.insert(SIGNED.to_owned(), signed);
    Ok((version, packs.len()))
}

/// The SHA-256 of a pack that is sound and has its own name: no signature for what no page could open.
fn digest_of(folder: &Path, hash: &str) -> Result<String, Failure> {
    let path = folder.join(format!("{hash}.pack"));
    let bytes = fs::read(&path).map_err(|error| cannot_read(&path, &error))?;
    let signed = digest(&bytes);
    let name = path.display().to_string();
    let pack = Pack::open(bytes).map_err(|error| super::inspect::rejected(&name, &error))?;
    if pack.hash().to_string() == hash {
        return Ok(signed);
    }
    Err(Failure::rejected(
        "signature/pack",
        format!("{name} is another pack than its name says: {}", pack.hash()),
    )
    .help("build it again"))
}

fn signed_of(manifest: &Manifest) -> Option<Signed> {
    let signed = manifest.others.get(SIGNED)?;
    serde_json::from_value(signed.clone()).ok()
}

fn now_ms() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |now| now.as_millis() as u64)
}

fn refused(error: &SignatureError) -> Failure {
    Failure::rejected(error.code(), error.to_string())
}

fn cannot_read(path: &Path, error: &std::io::Error) -> Failure {
    let message = format!("cannot read {}: {error}", path.display());
    Failure::failed("signature/read", show::printable(&message))
}

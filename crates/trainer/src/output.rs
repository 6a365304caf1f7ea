//! Writes packs where servers and CDNs take them from: the pack, its compressed twin, the manifest.
//!
//! # Invariants
//! * A reader sees the old file or the new one, never a part: written aside, synced, then renamed.
//! * The manifest is written last, and names only packs that are there.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use brotli::enc::BrotliEncoderParams;
use serde::{Deserialize, Serialize};

use crate::build::{BuiltPack, Progress, Stage};
use crate::error::TrainerError;

/// Quality 11 saves 4 % more and takes fifteen times as long.
const BROTLI_QUALITY: i32 = 9;
/// Log of the window, the largest that browsers accept.
const BROTLI_WINDOW: i32 = 24;
/// Bytes compressed between two calls of the progress callback.
const PIECE: usize = 256 * 1024;
/// The list of packs beside them.
const MANIFEST: &str = "manifest.json";

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenPack {
    /// The pack.
    pub pack: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// The compressed twin and its size.
    pub brotli: Option<(PathBuf, u64)>,
    /// The manifest that names the pack.
    pub manifest: Option<PathBuf>,
}

/// `manifest.json`: which pack is current.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
pub struct Manifest {
    /// The pack for a shop that names no language: the first language that was built here.
    pub catalogue: Option<ManifestEntry>,
    /// The pack of each language.
    #[serde(default)]
    pub catalogues: BTreeMap<String, ManifestEntry>,
}

/// One pack in the manifest.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct ManifestEntry {
    /// Its name.
    pub hash: String,
    /// Where the server offers it.
    pub url: String,
    /// Its size.
    pub bytes: u64,
    /// Its language.
    pub language: String,
}

/// Writes a pack to `out`: a folder, which gets `<hash>.pack` and `manifest.json`, or a file name
/// that ends in `.pack`. With `compress` a `.br` twin stands beside it.
///
/// # Errors
///
/// * [`TrainerError::Write`] if a file cannot be written.
/// * [`TrainerError::Manifest`] if the folder has a manifest that cannot be read.
pub fn write(
    pack: &BuiltPack,
    out: &Path,
    compress: bool,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<WrittenPack, TrainerError> {
    let is_file = out.extension().is_some_and(|extension| extension == "pack") && !out.is_dir();
    let folder = if is_file {
        out.parent().unwrap_or(Path::new(""))
    } else {
        out
    };
    if !folder.as_os_str().is_empty() {
        fs::create_dir_all(folder).map_err(TrainerError::write(folder))?;
    }
    let path = if is_file {
        out.to_owned()
    } else {
        out.join(format!("{}.pack", pack.hash))
    };
    let twin = with_suffix(&path, ".br");
    // A twin of another content under the same file name would be served in its place.
    if is_file && !compress {
        match fs::remove_file(&twin) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(TrainerError::write(&twin)(error));
            }
            _ => {}
        }
    }
    let brotli = if compress {
        let bytes = compressed(&pack.bytes, &mut |done| {
            progress(Progress {
                stage: Stage::Compress,
                name: &twin.to_string_lossy(),
                done: done as u64,
                total: pack.bytes.len() as u64,
                rows: 0,
            });
        });
        let bytes = bytes.map_err(TrainerError::write(&twin))?;
        write_whole(&twin, &bytes)?;
        Some((twin, bytes.len() as u64))
    } else {
        None
    };
    write_whole(&path, &pack.bytes)?;
    let manifest = if is_file {
        None
    } else {
        Some(update_manifest(folder, pack)?)
    };
    Ok(WrittenPack {
        pack: path,
        bytes: pack.bytes.len() as u64,
        brotli,
        manifest,
    })
}

/// Compresses as servers send it; tells `done` how many bytes it has taken in.
///
/// # Errors
///
/// Only if the compressor fails, which no input makes it do.
pub fn compressed(bytes: &[u8], done: &mut dyn FnMut(usize)) -> io::Result<Vec<u8>> {
    let params = BrotliEncoderParams {
        quality: BROTLI_QUALITY,
        lgwin: BROTLI_WINDOW,
        size_hint: bytes.len(),
        ..BrotliEncoderParams::default()
    };
    let mut out = Vec::with_capacity(bytes.len() / 3);
    {
        let mut writer = brotli::CompressorWriter::with_params(&mut out, PIECE, &params);
        let mut taken = 0;
        for piece in bytes.chunks(PIECE) {
            writer.write_all(piece)?;
            taken += piece.len();
            done(taken);
        }
        // The stream ends when the writer is dropped.
    }
    Ok(out)
}

fn update_manifest(folder: &Path, pack: &BuiltPack) -> Result<PathBuf, TrainerError> {
    let path = folder.join(MANIFEST);
    let mut manifest: Manifest = match fs::read(&path) {
        Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| TrainerError::Manifest {
            file: path.clone(),
            reason: error.to_string(),
        })?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Manifest::default(),
        Err(source) => return Err(TrainerError::Read { file: path, source }),
    };
    let hash = pack.hash.to_string();
    let entry = ManifestEntry {
        url: format!("/v1/packs/{hash}.pack"),
        hash,
        bytes: pack.bytes.len() as u64,
        language: pack.language.clone(),
    };
    let there = |entry: &ManifestEntry| folder.join(format!("{}.pack", entry.hash)).is_file();
    manifest.catalogues.retain(|_, entry| there(entry));
    manifest
        .catalogues
        .insert(pack.language.clone(), entry.clone());
    let first = manifest
        .catalogue
        .filter(|first| first.language != pack.language && there(first));
    manifest.catalogue = Some(first.unwrap_or(entry));
    let mut text = serde_json::to_vec_pretty(&manifest).unwrap_or_default();
    text.push(b'\n');
    write_whole(&path, &text)?;
    Ok(path)
}

/// Writes a file so that nobody sees a part of it, even after a power cut.
fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), TrainerError> {
    let aside = with_suffix(path, &format!(".{}.part", std::process::id()));
    let written = (|| {
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .open(&aside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&aside, path)?;
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        // Some systems cannot sync a folder; the rename itself has happened.
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
        Ok(())
    })();
    written.map_err(|error| {
        // The part is of no use; that it stays behind when even this fails changes nothing.
        let _ = fs::remove_file(&aside);
        TrainerError::write(path)(error)
    })
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path.as_os_str());
    name.push(suffix);
    name.into()
}

//! Writes packs where servers and CDNs take them from: the pack, its compressed twin, the manifest.
//!
//! # Invariants
//! * A reader sees the old file or the new one, never a part: written aside, synced, then renamed.
//! * The manifest is written last, and names only packs that are there.
//! * What is published is as readable as its folder, whatever the process's umask: web servers of other users hand it out.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use brotli::enc::BrotliEncoderParams;
use endcap::catalogue::Overlay;
use endcap::pack::{Pack, PackHash, delta_ends};

use crate::build::{BuiltPack, Progress, Stage};
use crate::error::TrainerError;
use crate::manifest::{
    DeltaEntry, HeadEntry, KnowledgeEntry, MANIFEST, Manifest, OverlayEntry, publish, url,
};
use crate::overlay::BuiltOverlay;
use crate::shrink::{Offer, check, hidden, products, queries, served};

/// Quality 11 saves 4 % more and takes fifteen times as long.
const BROTLI_QUALITY: i32 = 9;
/// Log of the window, the largest that browsers accept.
const BROTLI_WINDOW: i32 = 24;
/// Bytes compressed between two calls of the progress callback.
const PIECE: usize = 256 * 1024;

/// What was written of a catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenPack {
    /// The pack.
    pub pack: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// The compressed twin and its size.
    pub brotli: Option<(PathBuf, u64)>,
    /// Its head.
    pub head: Option<WrittenFile>,
    /// The manifest that names the pack.
    pub manifest: Option<PathBuf>,
}

/// One file that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// The compressed twin and its size.
    pub brotli: Option<(PathBuf, u64)>,
}

/// How packs are written and published.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Publishing {
    /// With a `.br` twin beside each pack.
    pub compress: bool,
    /// Also what offers less than half of what is served.
    pub confirm_shrink: bool,
}

/// Writes a pack to `out`: a folder, which gets `<hash>.pack` and `manifest.json`, or a file name
/// that ends in `.pack`.
///
/// # Errors
///
/// * [`TrainerError::Write`] if a file cannot be written.
/// * [`TrainerError::Manifest`] if the folder has a manifest that cannot be read.
/// * [`TrainerError::MissingPack`] if it has one that names a pack which is not there; then nothing was written.
/// * [`TrainerError::Shrinks`] if it has less than half of the products that the folder offers in its language; likewise.
pub fn write(
    pack: &BuiltPack,
    out: &Path,
    how: Publishing,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<WrittenPack, TrainerError> {
    write_with_head(pack, None, out, how, progress)
}

/// [`write()`], with the pack's head beside it where `out` is a folder.
///
/// # Errors
///
/// As [`write()`].
pub fn write_with_head(
    pack: &BuiltPack,
    head: Option<&BuiltPack>,
    out: &Path,
    how: Publishing,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<WrittenPack, TrainerError> {
    let mut write =
        |pack: &BuiltPack| write_file(&pack.bytes, pack.hash, out, how.compress, progress);
    let (written, head, manifest) = if is_file(out) {
        (write(pack)?, None, None)
    } else {
        let entry = head.map(|head| HeadEntry {
            hash: head.hash.to_string(),
            url: url(&head.hash.to_string()),
            bytes: head.bytes.len() as u64,
        });
        let change = |manifest: &mut Manifest| {
            let former = manifest.catalogues.get(&pack.language);
            let served = former.and_then(|former| served(out, &former.hash, products));
            let offered = || products(Pack::open(pack.bytes.clone()).ok()?);
            check(Offer::Products, served, offered, how.confirm_shrink)?;
            manifest.set_catalogue(pack, entry);
            Ok(())
        };
        let ((written, head), manifest) = publish(out, change, || {
            Ok((write(pack)?, head.map(&mut write).transpose()?))
        })?;
        (written, head, manifest)
    };
    Ok(WrittenPack {
        pack: written.path,
        bytes: written.bytes,
        brotli: written.brotli,
        head,
        manifest,
    })
}

/// Writes a knowledge pack to a folder, or to a file name that ends in `.pack`. The folder's manifest keeps its catalogues.
///
/// # Errors
///
/// As [`write()`], by the queries that are suggested.
pub fn write_knowledge(
    pack: &BuiltPack,
    out: &Path,
    how: Publishing,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<WrittenPack, TrainerError> {
    let mut write = || write_file(&pack.bytes, pack.hash, out, how.compress, progress);
    let (written, manifest) = if is_file(out) {
        (write()?, None)
    } else {
        let hash = pack.hash.to_string();
        let entry = KnowledgeEntry {
            url: url(&hash),
            hash,
            bytes: pack.bytes.len() as u64,
        };
        let change = |manifest: &mut Manifest| {
            let former = manifest.knowledge.as_ref();
            let served = former.and_then(|former| served(out, &former.hash, queries));
            let offered = || queries(Pack::open(pack.bytes.clone()).ok()?);
            check(Offer::Queries, served, offered, how.confirm_shrink)?;
            manifest.knowledge = Some(entry);
            Ok(())
        };
        publish(out, change, write)?
    };
    Ok(WrittenPack {
        pack: written.path,
        bytes: written.bytes,
        brotli: written.brotli,
        head: None,
        manifest,
    })
}

/// Writes the delta that leads from one pack to another into a folder, or to a file name that ends in `.pack`. The folder's manifest
/// names it where it names the new pack.
///
/// # Errors
///
/// As [`write()`], and [`TrainerError::Pack`] if `delta` is none.
pub fn write_delta(
    delta: &[u8],
    out: &Path,
    compress: bool,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<WrittenFile, TrainerError> {
    let unsound = |error| TrainerError::Pack {
        file: out.to_owned(),
        error,
    };
    let pack = Pack::open(delta.to_vec()).map_err(unsound)?;
    let hash = pack.hash();
    let (from, to) = delta_ends(pack).map_err(unsound)?;
    let mut write = || write_file(delta, hash, out, compress, progress);
    if is_file(out) {
        return write();
    }
    let entry = DeltaEntry {
        from: from.to_string(),
        hash: hash.to_string(),
        url: url(&hash.to_string()),
        bytes: delta.len() as u64,
    };
    let change = |manifest: &mut Manifest| {
        for catalogue in manifest.entries_of(Some(&to.to_string())) {
            catalogue.deltas.retain(|known| known.from != entry.from);
            catalogue.deltas.push(entry.clone());
        }
        Ok(())
    };
    Ok(publish(out, change, write)?.0)
}

/// Writes an overlay into a folder, or to a file name that ends in `.pack`. The folder's manifest names it if it is for everybody
/// (layer 0). The one before the last of its kind is deleted: pages may still be loading the last one.
///
/// # Errors
///
/// As [`write()`], by the products that it does not hide.
pub fn write_overlay(
    overlay: &BuiltOverlay,
    out: &Path,
    how: Publishing,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<WrittenFile, TrainerError> {
    let mut write = || write_file(&overlay.bytes, overlay.hash, out, how.compress, progress);
    if is_file(out) || overlay.meta.layer != 0 {
        return write();
    }
    let hash = overlay.hash.to_string();
    let entry = OverlayEntry {
        url: url(&hash),
        hash,
        bytes: overlay.bytes.len() as u64,
        layer: overlay.meta.layer,
        sequence: overlay.meta.sequence,
    };
    let base = overlay.meta.base.map(|base| base.to_string());
    let change = |manifest: &mut Manifest| {
        for catalogue in manifest.entries_of(base.as_deref()) {
            let former = catalogue.overlays.iter();
            let former = former.filter(|known| known.layer == entry.layer);
            let hidden = former.filter_map(|known| served(out, &known.hash, hidden));
            let all = overlay.products as u64;
            let served = all.saturating_sub(hidden.sum::<u64>());
            let offered = || Some(all.saturating_sub(overlay.hidden as u64));
            check(Offer::Products, Some(served), offered, how.confirm_shrink)?;
            catalogue
                .overlays
                .retain(|known| known.layer != entry.layer);
            catalogue.overlays.push(entry.clone());
        }
        Ok(())
    };
    let (written, _) = publish(out, change, write)?;
    delete_former(out, overlay);
    Ok(written)
}

/// Of the overlays that this one follows, all but the latest go. What cannot be read or deleted stays: it is in nobody's way.
fn delete_former(folder: &Path, overlay: &BuiltOverlay) {
    let opened = |path: &Path| Overlay::open(Pack::open(fs::read(path).ok()?).ok()?).ok();
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut former: Vec<(u64, PathBuf)> = files
        .map(|file| file.path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "pack")
        })
        .filter_map(|path| {
            let meta = opened(&path)?.meta().clone();
            let same = meta.base == overlay.meta.base && meta.layer == overlay.meta.layer;
            (same && meta.sequence < overlay.meta.sequence).then_some((meta.sequence, path))
        })
        .collect();
    former.sort();
    former.pop();
    // A signed manifest names the packs of the time it was signed, and pages go by it until it is signed anew.
    let listed = fs::read_to_string(folder.join(MANIFEST)).unwrap_or_default();
    let is_listed = |path: &Path| {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        listed.contains(name.as_ref())
    };
    former.retain(|(_, path)| !is_listed(path));
    for (_, path) in former {
        let _ = fs::remove_file(with_suffix(&path, ".br"));
        let _ = fs::remove_file(path);
    }
}

fn is_file(out: &Path) -> bool {
    out.extension().is_some_and(|extension| extension == "pack") && !out.is_dir()
}

fn write_file(
    bytes: &[u8],
    hash: PackHash,
    out: &Path,
    compress: bool,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<WrittenFile, TrainerError> {
    let folder = if is_file(out) {
        out.parent().unwrap_or(Path::new(""))
    } else {
        out
    };
    if !folder.as_os_str().is_empty() {
        fs::create_dir_all(folder).map_err(TrainerError::write(folder))?;
    }
    let path = if is_file(out) {
        out.to_owned()
    } else {
        out.join(format!("{hash}.pack"))
    };
    let twin = with_suffix(&path, ".br");
    // A twin of another content under the same file name would be served in its place.
    if is_file(out) && !compress {
        match fs::remove_file(&twin) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(TrainerError::write(&twin)(error));
            }
            _ => {}
        }
    }
    let brotli = if compress {
        let small = compressed(bytes, &mut |done| {
            progress(Progress {
                stage: Stage::Compress,
                name: &twin.to_string_lossy(),
                done: done as u64,
                total: bytes.len() as u64,
                rows: 0,
            });
        });
        let small = small.map_err(TrainerError::write(&twin))?;
        write_whole(&twin, &small)?;
        Some((twin, small.len() as u64))
    } else {
        None
    };
    write_whole(&path, bytes)?;
    Ok(WrittenFile {
        path,
        bytes: bytes.len() as u64,
        brotli,
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

/// Writes a file so that nobody sees a part of it, even after a power cut.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), TrainerError> {
    let aside = with_suffix(path, &format!(".{}.part", std::process::id()));
    let written = (|| {
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .open(&aside)?;
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        readable_as(&file, folder)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&aside, path)?;
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

/// Makes a file as readable, and as writable, as its folder.
pub(crate) fn readable_as(file: &File, folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(folder)?.permissions().mode();
        file.set_permissions(fs::Permissions::from_mode(mode & 0o666 | 0o600))?;
    }
    Ok(())
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path.as_os_str());
    name.push(suffix);
    name.into()
}

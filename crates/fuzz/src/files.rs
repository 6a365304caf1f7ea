//! Files that shops hand to the trainer: feeds, logs, counts, synonyms, rules.

use std::cell::OnceCell;
use std::fs;
use std::io;
use std::panic;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use endcap_trainer::knowledge::{KnowledgeSettings, train};
use endcap_trainer::log::{Kind, read_log};
use endcap_trainer::{OverlaySettings, Report, Settings, TrainerError, read};
use tempfile::TempDir;
use xxhash_rust::xxh3::xxh3_64;

use crate::shop;

/// The readers tell formats apart by content; where that leaves a doubt, the name decides.
const FEED_NAMES: [&str; 4] = ["shop.csv", "shop.jsonl", "shop.xml", "shop.json"];

/// A feed: its first byte picks the file's name. Rows become products, products a pack; and the same rows an overlay.
pub(crate) fn feed(data: &[u8]) {
    let Some((pick, data)) = data.split_first() else {
        return;
    };
    let name = FEED_NAMES[usize::from(*pick) % FEED_NAMES.len()];
    with_file(name, data, |path| {
        let settings = Settings {
            feeds: vec![path.to_owned()],
            ..Settings::default()
        };
        if let Ok(mut training) = read(&settings, &mut |_| {}) {
            for product in &training.products {
                // What the format of packs cannot hold is dropped by row, with an issue, and not by the build.
                assert!(!product.id.is_empty());
            }
            match training.take_pack() {
                Ok(_) | Err(TrainerError::NoProducts { .. }) => {}
                Err(error) => panic!("products that make no pack: {error}"),
            }
        }
        let settings = OverlaySettings {
            feeds: vec![path.to_owned()],
            sequence: 1,
            ..OverlaySettings::default()
        };
        let _ = endcap_trainer::overlay(&settings, &shop::catalogue(), &mut |_| {});
    });
}

/// A log: GA4, its BigQuery export, Segment or a table.
pub(crate) fn log(data: &[u8]) {
    read_events(data);
}

/// A log in Parquet. The library that reads it panics at some forged files, and the trainer catches that; libFuzzer must not see it, because its hook
/// ends the program.
pub(crate) fn parquet(data: &[u8]) {
    let mut bytes = data.to_vec();
    bytes.resize(bytes.len().max(12), 0);
    let end = bytes.len() - 4;
    bytes[..4].copy_from_slice(b"PAR1");
    bytes[end..].copy_from_slice(b"PAR1");
    let hook = Arc::new(panic::take_hook());
    let outer = Arc::clone(&hook);
    panic::set_hook(Box::new(move |info| {
        let library = info
            .location()
            .is_some_and(|at| at.file().contains("/parquet-"));
        if !library {
            outer(info);
        }
    }));
    read_events(&bytes);
    drop(panic::take_hook());
    if let Ok(hook) = Arc::try_unwrap(hook) {
        panic::set_hook(hook);
    }
}

fn read_events(data: &[u8]) {
    with_file("log", data, |path| {
        let mut told = 0;
        let mut report = Report::new(false);
        let summary = read_log(path, None, &mut report, &mut |_| {}, &mut |event| {
            told += u64::from(event.kind != Kind::Other);
            assert!(event.items.len() <= data.len(), "items from nowhere");
            Ok(())
        });
        if let Ok(summary) = summary {
            assert_eq!(summary.told, told);
            assert!(summary.broken <= summary.lines);
        }
    });
}

/// Synonyms, rules, counts, a block list, a review queue or a log to learn from: the first byte picks.
pub(crate) fn knowledge_files(data: &[u8]) {
    let Some((pick, data)) = data.split_first() else {
        return;
    };
    let mut bytes = data.to_vec();
    if pick % 6 == 2
        && let Some(end) = bytes.len().checked_sub(8).filter(|end| *end > 14)
    {
        bytes[..10].copy_from_slice(b"ENDCAPCT\x02\x00");
        let hash = xxh3_64(&bytes[..end]);
        bytes[end..].copy_from_slice(&hash.to_le_bytes());
    }
    with_file("file", &bytes, |path| {
        let file = || Some(path.to_owned());
        let mut settings = KnowledgeSettings::default();
        match pick % 6 {
            0 => settings.synonyms = file(),
            1 => settings.rules = file(),
            2 => settings.counts = vec![path.to_owned()],
            3 => (settings.blocked, settings.synonyms) = (file(), file()),
            4 => (settings.review, settings.synonyms) = (file(), file()),
            _ => settings.logs = vec![path.to_owned()],
        }
        if let Ok(mut training) = train(&settings, &mut |_| {}) {
            match training.take_pack() {
                Ok(_) | Err(TrainerError::Setting(_)) => {}
                Err(error) => panic!("knowledge that makes no pack: {error}"),
            }
        }
    });
}

/// Calls `work` with a file of these bytes.
pub(crate) fn with_file(name: &str, data: &[u8], work: impl FnOnce(&Path)) {
    thread_local! {
        static FOLDER: OnceCell<TempDir> = const { OnceCell::new() };
    }
    FOLDER.with(|folder| {
        let path = folder
            .get_or_init(|| folder_of_memory().expect("a folder"))
            .path()
            .join(name);
        fs::write(&path, data).expect("a file");
        work(&path);
        fs::remove_file(&path).expect("the file that was written");
    });
}

/// In memory where there is such a file system: inputs come by the thousand.
fn folder_of_memory() -> io::Result<TempDir> {
    let memory = PathBuf::from("/dev/shm");
    tempfile::tempdir_in(&memory).or_else(|_| tempfile::tempdir())
}

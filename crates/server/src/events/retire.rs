//! Deletes files of events that are older than is kept.
//!
//! # Invariants
//! * A file's day is the one in its name; what the file system says of its age counts for nothing.
//! * What has no such name is not ours, and stays.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::TenantName;
use crate::calendar::Calendar;
use crate::day::Day;
use crate::retention::{Held, KeepDays, hold};

/// Endings of the names of files of events.
const ENDINGS: [&str; 2] = [".jsonl", ".jsonl.gz"];

/// Deletes the files in `folder` and in its tenants' folders that are older than `keep`, and returns how many; none when
/// there is no such folder. May wait for the disk.
///
/// # Errors
///
/// What the system says when a folder cannot be read or a file not be deleted, and why the files are held.
pub fn retire_events(
    folder: &Path,
    keep: KeepDays,
    calendar: &Calendar,
) -> io::Result<Result<u64, Held>> {
    let Some(oldest) = keep.oldest(calendar.today()) else {
        return Ok(Ok(0));
    };
    let mut files = Vec::new();
    find(folder, true, &mut files)?;
    let all = files.len() as u64;
    files.retain(|(day, _)| *day < oldest);
    let old = files.len() as u64;
    if let Err(held) = hold(calendar, all, old) {
        return Ok(Err(held));
    }
    for (_, path) in &files {
        fs::remove_file(path)?;
    }
    Ok(Ok(old))
}

fn find(folder: &Path, tenants: bool, files: &mut Vec<(Day, PathBuf)>) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        if entry.file_type()?.is_dir() {
            if tenants && name.parse::<TenantName>().is_ok() {
                find(&entry.path(), false, files)?;
            }
        } else if let Some(day) = day_of(name) {
            files.push((day, entry.path()));
        }
    }
    Ok(())
}

/// The day on which a file of events was begun.
fn day_of(name: &str) -> Option<Day> {
    let seconds = ENDINGS.iter().find_map(|end| name.strip_suffix(end))?;
    let plain = seconds.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = plain.then(|| seconds.parse().ok()).flatten();
    seconds.map(Day::of_seconds)
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    /// A calendar that stands on a day.
    fn on(day: u16) -> Calendar {
        Calendar::new(move || UNIX_EPOCH + Duration::from_secs(Day(day).seconds()))
    }

    fn file(folder: &Path, day: u16, ending: &str) -> PathBuf {
        fs::create_dir_all(folder).unwrap();
        let path = folder.join(format!("{:010}{ending}", Day(day).seconds() + 5));
        fs::write(&path, "{}\n").unwrap();
        path
    }

    #[test]
    fn the_day_in_the_name_counts_and_not_the_file_systems() {
        let folder = tempfile::tempdir().unwrap();
        let events = folder.path().join("events");
        assert_eq!(
            retire_events(&events, KeepDays(90), &on(20_000)).unwrap(),
            Ok(0)
        );
        let old = [
            file(&events, 19_909, ".jsonl.gz"),
            file(&events, 19_909, ".jsonl"),
            file(&events.join("shop-a"), 19_000, ".jsonl.gz"),
        ];
        // Just written, all of them: a copy of a folder has no old times.
        let kept = [
            file(&events, 19_910, ".jsonl.gz"),
            file(&events.join("shop-a"), 20_000, ".jsonl"),
            file(&events.join("Not a tenant"), 1, ".jsonl"),
            events.join("notes.jsonl"),
            events.join("-5.jsonl"),
        ];
        for path in &kept[3..] {
            fs::write(path, "").unwrap();
        }
        let long_ago = UNIX_EPOCH + Duration::from_secs(9);
        let opened = File::options().write(true).open(&kept[0]).unwrap();
        opened.set_modified(long_ago).unwrap();
        assert_eq!(
            retire_events(&events, KeepDays(90), &on(20_000)).unwrap(),
            Ok(3)
        );
        assert!(old.iter().all(|path| !path.exists()));
        assert!(kept.iter().all(|path| path.exists()));
        assert_eq!(
            retire_events(&events, KeepDays(0), &on(20_000)).unwrap(),
            Ok(0)
        );
    }

    #[test]
    fn nothing_goes_by_a_clock_that_jumped_or_much_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = file(folder.path(), 20_000, ".jsonl.gz");
        let calendar = on(20_400);
        calendar.restore(Day(20_000));
        let held = retire_events(folder.path(), KeepDays(90), &calendar).unwrap();
        assert_eq!(held.unwrap_err().code(), "retention/clock");
        for day in 19_000..19_021 {
            file(folder.path(), day, ".jsonl.gz");
        }
        let held = retire_events(folder.path(), KeepDays(90), &on(20_000)).unwrap();
        assert_eq!(held.unwrap_err().code(), "retention/too-many");
        let confirmed = on(20_000).confirmed(Some(Day(20_000)));
        let deleted = retire_events(folder.path(), KeepDays(90), &confirmed).unwrap();
        assert_eq!(deleted, Ok(21));
        assert!(path.exists());
    }
}

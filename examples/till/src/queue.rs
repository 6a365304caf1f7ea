//! Sales that wait for the network: a file each, in a folder.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use endcap::catalogue::Catalogue;
use endcap::{Engine, Event, Timestamp};
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use crate::Server;

/// A sale to a customer who has shown a loyalty card.
#[derive(Debug)]
pub struct Sale<'a> {
    /// The customer's number, as the shop's own server has it.
    pub customer: &'a str,
    /// A `purchase` in the names of GA4.
    pub event: &'a Event,
    /// When, in milliseconds since 1970.
    pub time: Timestamp,
}

/// What waits.
#[derive(Debug, Serialize, Deserialize)]
struct Waiting {
    customer: String,
    /// The sale as a profile.
    #[serde(with = "base64_text")]
    profile: Vec<u8>,
}

/// What came of sending.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// The server keeps these, and the till no longer does.
    pub sent: usize,
    /// These stay for the next time.
    pub waiting: usize,
}

/// Sales that the server does not have yet.
#[derive(Debug)]
pub struct Queue {
    folder: PathBuf,
}

impl Queue {
    /// Opens the queue in `folder`, which is made if missing.
    ///
    /// # Errors
    ///
    /// When there can be no such folder.
    pub fn open(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder).with_context(|| format!("make {}", folder.display()))?;
        Ok(Self {
            folder: folder.to_owned(),
        })
    }

    /// Records a sale; when this returns, it outlives a loss of power. A catalogue tells what the items are beyond their numbers.
    ///
    /// # Errors
    ///
    /// When the event is none, or the disk does not take it.
    pub fn record(&self, sale: &Sale<'_>, catalogue: Option<Catalogue>) -> Result<()> {
        let replica = getrandom::u64().context("draw a replica")?;
        let mut engine = match catalogue {
            Some(catalogue) => Engine::with_catalogue(catalogue, replica),
            None => Engine::new(replica),
        };
        engine.observe(sale.event, sale.time)?;
        let waiting = Waiting {
            customer: sale.customer.to_owned(),
            profile: engine.profile(),
        };
        // Whole or not at all: a file gets its name when it is on the disk, and the folder is written after it.
        let mut file = NamedTempFile::with_prefix_in(".", &self.folder)?;
        file.write_all(&serde_json::to_vec(&waiting)?)?;
        file.as_file().sync_all()?;
        let name = format!("{:020}-{replica:016x}.sale", sale.time.0);
        file.persist(self.folder.join(name))?;
        self.sync_folder()
    }

    /// Sends what waits, the earliest first, and stops where the server cannot be reached. What it refuses for good is set aside as `*.refused`.
    ///
    /// # Errors
    ///
    /// When the till's own disk fails.
    pub fn send(&self, server: &Server, now: Timestamp) -> Result<Sent> {
        let mut sent = Sent::default();
        let sales = self.sales()?;
        for (at, path) in sales.iter().enumerate() {
            let text = fs::read(path).with_context(|| format!("read {}", path.display()))?;
            let result = serde_json::from_slice::<Waiting>(&text)
                .map_err(|error| crate::server::Failure::Refused(error.to_string()))
                .and_then(|sale| server.join(&sale.customer, &sale.profile, now));
            match result {
                Ok(()) => {
                    fs::remove_file(path)?;
                    sent.sent += 1;
                }
                Err(crate::server::Failure::Refused(why)) => {
                    eprintln!("{} is set aside: {why}", path.display());
                    fs::rename(path, path.with_extension("refused"))?;
                }
                Err(crate::server::Failure::Unreachable(why)) => {
                    eprintln!(
                        "the server cannot be reached, {} sales wait: {why}",
                        sales.len() - at
                    );
                    sent.waiting = sales.len() - at;
                    break;
                }
            }
        }
        self.sync_folder()?;
        Ok(sent)
    }

    fn sales(&self) -> Result<Vec<PathBuf>> {
        let mut sales: Vec<PathBuf> = fs::read_dir(&self.folder)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<std::io::Result<_>>()?;
        sales.retain(|path| path.extension().is_some_and(|end| end == "sale"));
        sales.sort();
        Ok(sales)
    }

    fn sync_folder(&self) -> Result<()> {
        Ok(File::open(&self.folder)?.sync_all()?)
    }
}

mod base64_text {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&STANDARD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(from)?;
        STANDARD.decode(text).map_err(D::Error::custom)
    }
}

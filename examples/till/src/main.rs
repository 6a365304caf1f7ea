//! `endcap-till`: records sales and sends them. See the crate's README.

use std::fs;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};
use endcap::catalogue::Catalogue;
use endcap::pack::Pack;
use endcap::{Event, Timestamp};
use endcap_till::{Queue, Sale, Server};

/// Tells customers' profiles what was bought in the store.
#[derive(Parser)]
struct Options {
    /// Folder for sales that wait for the network
    #[arg(long, value_name = "DIR", default_value = "sales")]
    queue: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Record a sale; needs no network
    Buy {
        /// The customer's number, from the loyalty card
        #[arg(long)]
        customer: String,
        /// Catalogue pack, which knows brand and category of an item
        #[arg(long, value_name = "PACK")]
        pack: Option<PathBuf>,
        /// Items in the names of GA4: [{"item_id": "4711", "quantity": 2}]
        items: String,
    },
    /// Send what waits
    Send {
        /// The server, like https://endcap.shop.example
        #[arg(long)]
        server: String,
        /// File with the secret that the shop shares with it
        #[arg(long, value_name = "FILE")]
        secret_file: PathBuf,
    },
}

#[expect(
    clippy::disallowed_methods,
    reason = "a till has a clock; the engine is told the time"
)]
fn main() -> Result<()> {
    let options = Options::parse();
    let queue = Queue::open(&options.queue)?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let now = Timestamp(now.as_millis() as u64);
    match options.command {
        Command::Buy {
            customer,
            pack,
            items,
        } => {
            let items = serde_json::from_str(&items).context("items: a list of GA4's items")?;
            let mut event = Event {
                name: "purchase".to_owned(),
                ..Event::default()
            };
            event.params.items = items;
            let catalogue = pack
                .map(|path| {
                    fs::read(path)
                        .map_err(anyhow::Error::from)
                        .and_then(|bytes| Ok(Catalogue::open(Pack::open(bytes)?)?))
                })
                .transpose()
                .context("read the pack")?;
            let sale = Sale {
                customer: &customer,
                event: &event,
                time: now,
            };
            queue.record(&sale, catalogue)
        }
        Command::Send {
            server,
            secret_file,
        } => {
            let secret = fs::read(&secret_file).context("read the secret")?;
            let sent = queue.send(&Server::new(&server, secret), now)?;
            println!("{} sent, {} waiting", sent.sent, sent.waiting);
            Ok(())
        }
    }
}

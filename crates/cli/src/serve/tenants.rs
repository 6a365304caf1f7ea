//! The shops that a server is for: one that the options describe, or those in the file of options.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use endcap_server::keys::KeyFile;
use endcap_server::shelf::Shelf;
use endcap_server::{
    Disk, EventLog, Files, Metrics, Origin, Profiles, Rates, Secret, Server, TenantName,
};

use super::options::ServeOptions;
use super::{EVENTS, given_secret, unusable_secret, upkeep};
use crate::failure::Failure;

/// A shop whose packs and keys were found sound.
pub(super) struct Opened {
    pub(super) name: TenantName,
    pub(super) hosts: Vec<String>,
    /// The secret, and where it comes from in words; drawn later where none was given.
    pub(super) secret: Option<(Secret, String)>,
    keys: Option<KeyFile>,
    packs: Option<PathBuf>,
    pub(super) shelf: Option<Shelf>,
    allow_origins: Vec<Origin>,
}

/// Reads what the shops need before anything is written.
pub(super) fn open(options: &ServeOptions) -> Result<Vec<Opened>, Failure> {
    if options.tenants.is_empty() {
        return Ok(vec![Opened {
            name: TenantName::default(),
            hosts: Vec::new(),
            secret: given_secret(options)?,
            keys: keys(&options.key_file)?,
            shelf: shelf(&options.packs)?,
            packs: options.packs.clone(),
            allow_origins: options.allow_origins.clone(),
        }]);
    }
    let tenants = options.tenants.iter();
    tenants
        .map(|tenant| {
            let secret = Secret::read(&tenant.secret_file).map_err(unusable_secret)?;
            Ok(Opened {
                name: tenant.name.clone(),
                hosts: tenant.hosts.clone(),
                secret: Some((secret, tenant.secret_file.display().to_string())),
                keys: keys(&tenant.key_file)?,
                shelf: shelf(&tenant.packs)?,
                packs: tenant.packs.clone(),
                allow_origins: tenant.allow_origin.clone(),
            })
        })
        .collect()
}

impl Opened {
    /// The shop's hosts and routes.
    pub(super) fn router(
        self,
        options: &ServeOptions,
        profiles: &Arc<Profiles>,
        metrics: &Arc<Metrics>,
        disk: &Arc<Disk>,
    ) -> anyhow::Result<(Vec<String>, Router)> {
        let Some((secret, _)) = self.secret else {
            anyhow::bail!("a shop without a secret");
        };
        let mut server = Server::new(Arc::clone(profiles), secret);
        if options.events {
            // Each shop's events in a folder of its own, which has no name where there is one shop only.
            let folder = options.data.join(EVENTS).join(self.name.as_str());
            let log = EventLog::open(&folder, Arc::clone(profiles.calendar()))
                .map_err(|error| Failure::failed(error.code(), error.to_string()))?;
            if let (Some(every), Some(packs)) = (options.train_every, &self.packs) {
                upkeep::train(folder, packs.clone(), every);
            }
            server.events = Some(log.within(options.max_events, Arc::clone(disk)));
        }
        let extra = shop(options, self.shelf.as_ref())?;
        server.tenant = self.name;
        server.keys = self.keys;
        server.shelf = self.shelf;
        server.allow_origins = self.allow_origins;
        server.metrics = Arc::clone(metrics);
        server.rates = Rates {
            per_address: NonZeroU32::new(options.rate),
            per_profile: NonZeroU32::new(options.profile_rate),
            new_profiles: NonZeroU32::new(options.new_profiles),
        };
        server.proxies = options.proxies();
        server.demo = options.demo;
        server.files = Files {
            www: options.www.clone(),
            page_policy: options.page_policy.clone(),
            pkg: options.pkg.clone(),
            images: options.images.clone(),
        };
        Ok((self.hosts, server.router(extra)))
    }
}

fn keys(file: &Option<PathBuf>) -> Result<Option<KeyFile>, Failure> {
    let keys = file.as_deref().map(KeyFile::open).transpose();
    keys.map_err(|error| Failure::rejected(error.code(), error.to_string()))
}

fn shelf(folder: &Option<PathBuf>) -> Result<Option<Shelf>, Failure> {
    let shelf = folder.as_deref().map(Shelf::open).transpose();
    shelf.map_err(|error| Failure::rejected(error.code(), error.to_string()))
}

/// The demo shop's routes, if it has a feed.
fn shop(options: &ServeOptions, shelf: Option<&Shelf>) -> anyhow::Result<Option<Router>> {
    if options.shop.is_empty() {
        return Ok(None);
    }
    let packs = shelf.map(Shelf::packs);
    let default = packs
        .as_ref()
        .and_then(|packs| packs.manifest.catalogue.as_ref());
    let language = default.map(|entry| entry.language.as_str());
    let overlay = |language: &str| {
        let entry = packs.as_ref()?.manifest.catalogues.get(language)?;
        shelf?.file(&entry.overlays.first()?.hash)
    };
    crate::shop::router(&options.shop, language, overlay).map(Some)
}

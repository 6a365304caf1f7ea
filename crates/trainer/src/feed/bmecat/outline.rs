//! What a file says of all its articles: header, groups and who is in them, feature names, kinds of prices.

use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::Rc;

use crate::error::{TrainerError, TransactionReason};
use crate::feed::elements::{Element, Elements, Take};
use crate::feed::{FeedOptions, ReadError};
use crate::issue::RowIssue;
use crate::source::Source;

use super::{Scope, language, price};

/// Levels that are followed from a group to the root; what is deeper goes in circles. A category has at most ten.
const MAX_LEVELS: usize = 64;

/// What concerns all articles.
#[derive(Debug, Default)]
pub(crate) struct Outline {
    pub(super) scope: Scope,
    /// Two letters; of the texts that are wanted.
    pub(super) language: String,
    /// Two letters; of the texts that name none.
    pub(super) default_language: String,
    /// What prices are in that name no currency.
    pub(super) default_currency: String,
    /// The currency that is wanted of several.
    pub(super) currency: String,
    /// The kind of prices that are read.
    pub(super) price_type: String,
    pub(super) catalogue: String,
    /// Before the addresses of pictures.
    pub(super) mime_root: String,
    /// Day on which the file was made, as `2026-11-30`.
    pub(super) made: String,
    /// Names and units of features by their identifiers.
    pub(super) features: HashMap<String, (String, String)>,
    /// Names of companies by their identifiers.
    pub(super) parties: HashMap<String, String>,
    groups: HashMap<Rc<str>, Group>,
    /// Which article is in which group; the first map of an article counts.
    maps: HashMap<String, Rc<str>>,
}

#[derive(Debug)]
struct Group {
    name: String,
    parent: Rc<str>,
    is_root: bool,
}

impl Outline {
    /// Reads a file to its end; issues of elements come along.
    pub(super) fn read(
        source: Source,
        options: &FeedOptions,
    ) -> Result<(Self, VecDeque<RowIssue>), TrainerError> {
        let path = source.path.clone();
        let mut elements = Elements::new(source, take);
        let mut outline = Self {
            language: language::primary(&options.language),
            ..Self::default()
        };
        let (mut transaction, mut told) = (None, VecDeque::new());
        let mut prices = price::Kinds::default();
        let mut names = HashSet::new();
        while let Some(next) = elements.next()? {
            let element = match next {
                Ok(element) => element,
                Err(ReadError::Row(issue)) => {
                    told.push_back(issue);
                    continue;
                }
                Err(ReadError::File(error)) => return Err(error),
            };
            told.append(&mut elements.issues);
            match element.name.as_str() {
                "header" => outline.header(&element, options),
                "catalog_structure" => outline.group(&element, &mut names),
                "article_to_cataloggroup_map" | "product_to_cataloggroup_map" => {
                    outline.map(&element, &mut names);
                }
                "classification_system_feature_template" => outline.feature(&element),
                "article" | "product" => {
                    elements.rows += 1;
                    prices.next_article();
                }
                "article_price" | "product_price" => {
                    prices.add(element.attribute("price_type").unwrap_or_default());
                }
                // `T_NEW_CATALOG` and the like.
                name if transaction.is_none() => transaction = Some(name.to_uppercase()),
                _ => {}
            }
        }
        outline.scope = scope(transaction.as_deref()).ok_or(TrainerError::Transaction {
            file: path,
            found: transaction.unwrap_or_else(|| "no transaction".into()),
            reason: TransactionReason::Unknown,
        })?;
        outline.price_type = match &options.price_type {
            Some(wanted) => wanted.clone(),
            None => prices.chosen(),
        };
        Ok((outline, told))
    }

    fn header(&mut self, header: &Element, options: &FeedOptions) {
        let catalogue = header.child("catalog");
        let of = |name: &str| catalogue.and_then(|catalogue| catalogue.child(name));
        let text = |name: &str| {
            of(name)
                .map(Element::trimmed)
                .unwrap_or_default()
                .to_owned()
        };
        let languages = catalogue
            .into_iter()
            .flat_map(|one| one.children("language"));
        let is_marked = |one: &&Element| one.attribute("default") == Some("true");
        let marked = languages
            .clone()
            .find(is_marked)
            .or(languages.clone().next());
        self.default_language = marked
            .map(|one| language::primary(&one.text))
            .unwrap_or_default();
        if !languages
            .clone()
            .any(|one| language::primary(&one.text) == self.language)
        {
            self.language.clone_from(&self.default_language);
        }
        self.default_currency = text("currency").to_uppercase();
        self.currency = options
            .currency
            .clone()
            .unwrap_or_else(|| self.default_currency.clone());
        self.catalogue = text("catalog_id");
        self.mime_root = self.text(catalogue, "mime_root");
        self.made = text("generation_date");
        if let Some(date) = catalogue.and_then(|one| price::date(one, "generation_date")) {
            self.made = date.to_owned();
        }
        let parties = header
            .child("parties")
            .into_iter()
            .flat_map(|all| all.children("party"));
        for party in parties {
            let name = party
                .child("address")
                .map(|address| self.text(Some(address), "name"));
            if let (Some(id), Some(name)) = (
                party.child("party_id"),
                name.filter(|name| !name.is_empty()),
            ) {
                self.parties.insert(id.trimmed().to_owned(), name);
            }
        }
    }

    fn group(&mut self, element: &Element, names: &mut HashSet<Rc<str>>) {
        let text = |name: &str| {
            element
                .child(name)
                .map(Element::trimmed)
                .unwrap_or_default()
        };
        let id = shared(text("group_id"), names);
        let group = Group {
            name: self.text(Some(element), "group_name"),
            parent: shared(text("parent_id"), names),
            is_root: element.attribute("type") == Some("root"),
        };
        self.groups.entry(id).or_insert(group);
    }

    fn map(&mut self, element: &Element, names: &mut HashSet<Rc<str>>) {
        let text = |name: &str| {
            element
                .child(name)
                .map(Element::trimmed)
                .unwrap_or_default()
        };
        let article = [text("art_id"), text("prod_id")].concat();
        if element.attribute("mode") != Some("delete") && !article.is_empty() {
            let group = shared(text("catalog_group_id"), names);
            self.maps.entry(article).or_insert(group);
        }
    }

    fn feature(&mut self, element: &Element) {
        let name = self.text(Some(element), "ft_name");
        if let Some(id) = element.child("ft_id").filter(|_| !name.is_empty()) {
            let unit = self.text(Some(element), "ft_unit");
            self.features.insert(id.trimmed().to_owned(), (name, unit));
        }
    }

    /// The groups of an article from below the root, as identifiers and names.
    pub(super) fn path(&self, article: &str) -> Result<Vec<(&str, &str)>, String> {
        let Some(mut at) = self.maps.get(article) else {
            return Ok(Vec::new());
        };
        let mut path = Vec::new();
        while let Some((id, group)) = self
            .groups
            .get_key_value(at)
            .filter(|(_, group)| !group.is_root)
        {
            if path.len() == MAX_LEVELS {
                return Err(format!("the group {:?} lies in itself", &**id));
            }
            path.push((&**id, group.name.as_str()));
            // Where nothing is marked as root, what lies in itself alone is one of the first level.
            if group.parent == *id {
                break;
            }
            at = &group.parent;
        }
        if path.is_empty() && !self.groups.contains_key(at) {
            return Err(format!("there is no group {:?}", &**at));
        }
        path.reverse();
        Ok(path)
    }

    /// The first text of this name in the language that is wanted.
    pub(super) fn text(&self, parent: Option<&Element>, name: &str) -> String {
        let mut texts = self.texts(parent, name).into_iter();
        texts.next().unwrap_or_default().to_owned()
    }

    /// All texts of this name in one language: the one that is wanted, else none, else the file's own, else that of the first text.
    pub(super) fn texts<'a>(&self, parent: Option<&'a Element>, name: &str) -> Vec<&'a str> {
        let all = || {
            parent
                .into_iter()
                .flat_map(|parent| parent.children(name))
                .filter(|one| !one.trimmed().is_empty())
        };
        let of = |one: &Element| {
            one.attribute("lang")
                .map(language::primary)
                .unwrap_or_default()
        };
        let first = all().next().map(of).unwrap_or_default();
        let order = [self.language.as_str(), "", &self.default_language, &first];
        let has = |language: &&&str| all().any(|one| of(one) == **language);
        let language = order.iter().find(has).copied().unwrap_or_default();
        all()
            .filter(|one| of(one) == language)
            .map(Element::trimmed)
            .collect()
    }
}

fn take(name: &str) -> Take {
    match name {
        "HEADER" | "CATALOG_STRUCTURE" | "CLASSIFICATION_SYSTEM_FEATURE_TEMPLATE" => Take::Whole,
        "ARTICLE_TO_CATALOGGROUP_MAP" | "PRODUCT_TO_CATALOGGROUP_MAP" => Take::Whole,
        "ARTICLE" | "PRODUCT" | "ARTICLE_PRICE" | "PRODUCT_PRICE" => Take::Start,
        name if name.starts_with("T_") => Take::Start,
        _ => Take::Pass,
    }
}

fn scope(transaction: Option<&str>) -> Option<Scope> {
    match transaction? {
        "T_NEW_CATALOG" | "T_NEW_PRODUCTDATA" => Some(Scope::Catalogue),
        "T_UPDATE_PRODUCTS" | "T_UPDATE_ARTICLES" => Some(Scope::Products),
        "T_UPDATE_PRICES" => Some(Scope::Prices),
        _ => None,
    }
}

/// One copy of each identifier: maps name few groups a million times.
fn shared(id: &str, names: &mut HashSet<Rc<str>>) -> Rc<str> {
    if let Some(known) = names.get(id) {
        return Rc::clone(known);
    }
    let new: Rc<str> = Rc::from(id);
    names.insert(Rc::clone(&new));
    new
}

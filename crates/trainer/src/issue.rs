//! What is wrong with rows: where, what, and what happened to them; and the tally of it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::error::TrainerError;

/// Examples that the [`Report`] keeps per kind: enough to see a pattern, few enough to read.
pub const EXAMPLES_PER_KIND: usize = 3;

/// How bad an issue is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Cleaned up; nothing was lost.
    Note,
    /// The row was kept, a field was lost or had to be guessed.
    Warning,
    /// The row was dropped.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// What happened to the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The row is not in the pack.
    RowDropped,
    /// The row is in the pack without this field.
    FieldDropped,
    /// The row is in the pack with the field changed.
    FieldChanged,
    /// The event was not counted.
    EventDropped,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::RowDropped => "row dropped",
            Self::FieldDropped => "row kept without the field",
            Self::FieldChanged => "row kept, field changed",
            Self::EventDropped => "event not counted",
        })
    }
}

macro_rules! issue_kinds {
    ($($(#[doc = $doc:literal])+ $kind:ident = $code:literal, $severity:ident, $advice:literal;)+) => {
        /// The kinds of issues. Codes are stable and append-only.
        #[non_exhaustive]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum IssueKind { $($(#[doc = $doc])+ $kind,)+ }

        impl IssueKind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$kind),+];

            /// The stable identifier, such as `feed/price`.
            pub fn code(self) -> &'static str {
                match self { $(Self::$kind => $code,)+ }
            }
            /// How bad it is.
            pub fn severity(self) -> Severity {
                match self { $(Self::$kind => Severity::$severity,)+ }
            }
            /// What to do about it.
            pub fn advice(self) -> &'static str {
                match self { $(Self::$kind => $advice,)+ }
            }
        }
    };
}

issue_kinds! {
    /// Not a JSON object.
    Json = "feed/json", Error, "write one JSON object per line";
    /// A table row with more or fewer fields than the header.
    Columns = "feed/columns", Warning, "give every row as many fields as the header; quote fields that hold the delimiter";
    /// A quote that never closes, or a row that cannot be split.
    Csv = "feed/csv", Error, "close every quote and double quotes inside of fields";
    /// Bytes that are not in the expected encoding.
    Encoding = "feed/encoding", Warning, "export the feed as UTF-8";
    /// A row or line above the size limit.
    Size = "feed/size", Error, "split the row; nothing in a catalogue needs this many bytes";
    /// No usable `id`.
    Id = "feed/id", Error, "give every product an `id` of at most 128 characters";
    /// The `id` occurred before.
    Duplicate = "feed/duplicate-id", Error, "give every product its own `id`; the first one wins";
    /// No `title`.
    Title = "feed/title", Error, "give every product a `title`";
    /// Not a price.
    Price = "feed/price", Warning, "write prices like `12.50 EUR`";
    /// `1.299 EUR` may be 1299 or 1.30.
    PriceAmbiguous = "feed/price-ambiguous", Warning, "write two decimals; three digits behind a separator were read as thousands";
    /// Words beside a price that do not usually stand there.
    PriceWords = "feed/price-words", Warning, "give the price alone, as `12.50 EUR`";
    /// A sign that several currencies share.
    CurrencySign = "feed/currency-sign", Note, "set --currency, or write the code of ISO 4217";
    /// A price of nought.
    PriceZero = "feed/price-zero", Warning, "leave the price out where it is on request";
    /// A price in another currency than the catalogue's.
    Currency = "feed/currency", Warning, "build one pack per currency, or set --currency";
    /// A sale price that is not below the price.
    SalePrice = "feed/sale-price", Warning, "give `sale_price` only where it is below `price`";
    /// A date or period of a price, of stock or of the product that cannot be read or is none.
    Period = "feed/period", Warning, "write periods like `2026-11-01T00:00+01:00/2026-12-01T00:00+01:00`, dates like `2026-11-01`";
    /// A row of a shop system's export that the shop does not show.
    Unpublished = "feed/unpublished", Note, "nothing: drafts, hidden and archived products stay out of the pack";
    /// Price tiers that do not hold together.
    Tier = "feed/price-tier", Warning, "give `price_tiers` as objects with `min_quantity` above 1 and `price`";
    /// A price of another kind than the catalogue's.
    PriceType = "feed/price-type", Warning, "give all articles a price of one kind, or set --price-type; what customers pay by contract belongs into overlays";
    /// Not a GTIN, or its check digit is wrong.
    Gtin = "feed/gtin", Warning, "give the 8, 12, 13 or 14 digits of the barcode, formatted as text";
    /// A sentence where the maker's article number belongs.
    Mpn = "feed/mpn", Warning, "give the maker's article number alone; sentences were moved to the description";
    /// HTML in a text.
    Markup = "feed/markup", Note, "leave tags and entities out of titles and names";
    /// An XML entity that nothing defines.
    Entity = "feed/markup", Warning, "write the character itself; entities that a DTD defines are not read";
    /// A text above the limit.
    Long = "feed/too-long", Warning, "shorten the text";
    /// An unknown `availability`.
    Availability = "feed/availability", Warning, "use in_stock, out_of_stock, preorder or backorder";
    /// An address that no shop page may link to.
    Link = "feed/link", Warning, "use http(s) addresses or paths, at most 2048 characters";
    /// A rating, count or number of days outside its range.
    Number = "feed/number", Warning, "ratings are 0 to 5, counts and days whole numbers from 0";
    /// A category that is only a number, or keys that do not fit the path.
    Category = "feed/category", Warning, "write categories as `Parent > Child`, and keys with as many levels";
    /// Several categories of one product.
    Categories = "feed/categories", Note, "give the main path first; search finds a product by the others, too";
    /// A product detail that cannot be read.
    Detail = "feed/product-detail", Warning, "write details as `section:name:value`, or as objects with attribute_name and attribute_value";
    /// A field of another shape than expected.
    Shape = "feed/shape", Warning, "give text or a number here";
    /// A line of an event log that is not an event.
    Event = "events/json", Warning, "write one event per line with `event_name` and `items`";
    /// An event that names no item although its kind needs one.
    EventItems = "events/items", Warning, "give `items` with an `item_id` each";
    /// A point in time that cannot be read.
    EventTime = "events/time", Warning, "write times as microseconds since 1970 in GA4, as 2026-01-31T12:00:00Z in Segment, either way or in seconds in tables";
    /// A row of a table of events without who or what.
    EventRow = "events/row", Warning, "give every row a session (or order, or shopper), an item where its kind needs one, and a time";
    /// A line of a synonyms file that is no rule.
    Synonym = "synonyms/line", Warning, "write `a, b` for texts that mean the same, or `a => b` for one way; comments begin with #";
    /// A line of the rules file that makes no sense.
    Rule = "rules/line", Warning, "write `product ID`, `category A > B` or `brand NAME`, a tab, and the identifier of the product to recommend; days as 2026-11-30";
}

/// One issue of one row.
#[derive(Clone, Debug, PartialEq)]
pub struct RowIssue {
    /// The file, as it was named.
    pub file: Arc<str>,
    /// Line, from 1; where the row begins, or the field where that is known.
    pub line: u64,
    /// Character in the line, from 1; in tables the number of the column, as a spreadsheet counts.
    pub column: Option<u64>,
    /// What kind of issue.
    pub kind: IssueKind,
    /// The field, when the issue is about one.
    pub field: Option<String>,
    /// What was expected and what came.
    pub message: String,
    /// What happened to the row.
    pub outcome: Outcome,
}

impl fmt::Display for RowIssue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)?;
        if let Some(column) = self.column {
            write!(f, ":{column}")?;
        }
        f.write_str(": ")?;
        if let Some(field) = &self.field {
            write!(f, "{field}: ")?;
        }
        write!(f, "{} ({})", self.message, self.outcome)
    }
}

/// How often a kind occurred, with the first examples.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// Occurrences.
    pub count: u64,
    /// The first [`EXAMPLES_PER_KIND`].
    pub examples: Vec<RowIssue>,
}

/// All issues of a build, counted per kind.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    tallies: BTreeMap<IssueKind, Tally>,
    strict: bool,
}

impl Report {
    /// A report that, when `strict`, turns the first warning or error into a failure.
    pub fn new(strict: bool) -> Self {
        Self {
            tallies: BTreeMap::new(),
            strict,
        }
    }

    /// Counts an issue.
    ///
    /// # Errors
    ///
    /// [`TrainerError::Strict`] if the report is strict and the issue more than a note.
    pub fn raise(&mut self, issue: RowIssue) -> Result<(), TrainerError> {
        if self.strict && issue.kind.severity() > Severity::Note {
            return Err(TrainerError::Strict(Box::new(issue)));
        }
        let tally = self.tallies.entry(issue.kind).or_default();
        tally.count += 1;
        if tally.examples.len() < EXAMPLES_PER_KIND {
            tally.examples.push(issue);
        }
        Ok(())
    }

    /// The kinds that occurred, worst first.
    pub fn tallies(&self) -> Vec<(IssueKind, &Tally)> {
        let mut all: Vec<_> = self
            .tallies
            .iter()
            .map(|(kind, tally)| (*kind, tally))
            .collect();
        all.sort_by_key(|(kind, _)| (std::cmp::Reverse(kind.severity()), *kind));
        all
    }

    /// The first issue in the order of the lines, of those that are kept.
    pub fn first(&self) -> Option<&RowIssue> {
        let examples = self.tallies.values().flat_map(|tally| &tally.examples);
        examples.min_by_key(|issue| issue.line)
    }

    /// Occurrences of one kind.
    pub fn count(&self, kind: IssueKind) -> u64 {
        self.tallies.get(&kind).map_or(0, |tally| tally.count)
    }

    /// The first examples of one kind.
    pub fn examples(&self, kind: IssueKind) -> &[RowIssue] {
        self.tallies.get(&kind).map_or(&[], |tally| &tally.examples)
    }
}

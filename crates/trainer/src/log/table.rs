//! Tables with a header: one event per row, one item per event.
//!
//! Columns go by the names that shops' exports use, whatever their case and punctuation (`SessionId`, `InvoiceNo`, `Customer ID` …). A row
//! that names no kind is what the caller takes it for; a negative quantity, or an order that begins with `C`, makes a purchase a return.

use csv::{ByteRecord, ReaderBuilder};

use super::{
    Channel, Kind, LogEvent, LogFormat, LogItem, Problem, Reading, channel, micros, pieces,
};
use crate::error::TrainerError;
use crate::feed::Meter;
use crate::issue::IssueKind;
use crate::source::Source;

/// What a column says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Session,
    Order,
    Shopper,
    Card,
    Item,
    Time,
    Kind,
    Quantity,
    Channel,
    Query,
    Facet,
    Value,
    List,
}

const FIELDS: usize = 13;

/// Names of columns without case and punctuation. Of several columns for one field the first name wins.
const NAMES: [(Field, &[&str]); FIELDS] = [
    (
        Field::Session,
        &["sessionid", "session", "gasessionid", "visitid", "visit"],
    ),
    (
        Field::Order,
        &[
            "orderid",
            "order",
            "transactionid",
            "invoiceno",
            "invoice",
            "basketid",
        ],
    ),
    (
        Field::Shopper,
        &[
            "userid",
            "shopper",
            "shopperid",
            "userpseudoid",
            "anonymousid",
            "customerid",
            "customer",
            "householdid",
            "clientid",
            "visitorid",
        ],
    ),
    (
        Field::Card,
        &["loyaltycard", "loyaltyid", "cardnumber", "cardid"],
    ),
    (Field::Item, &ITEM_NAMES),
    (
        Field::Time,
        &[
            "time",
            "timestamp",
            "eventtimestamp",
            "transactiontimestamp",
            "invoicedate",
            "datetime",
            "date",
        ],
    ),
    (
        Field::Kind,
        &["kind", "eventname", "event", "eventtype", "action"],
    ),
    (Field::Quantity, &["quantity", "qty"]),
    (Field::Channel, &["channel"]),
    (Field::Query, &["searchterm", "query"]),
    (Field::Facet, &["facet"]),
    (Field::Value, &["value"]),
    (Field::List, &["itemlistid", "itemlistname", "list"]),
];

/// Names of the column for items, likewise.
pub(crate) const ITEM_NAMES: [&str; 7] = [
    "itemid",
    "item",
    "productid",
    "product",
    "sku",
    "stockcode",
    "articleno",
];

/// Words for kinds beside GA4's names.
const WORDS: [(&str, Kind); 13] = [
    ("view", Kind::ViewItem),
    ("click", Kind::ViewItem),
    ("clicks", Kind::ViewItem),
    ("cart", Kind::AddToCart),
    ("carts", Kind::AddToCart),
    ("addtocart", Kind::AddToCart),
    ("wishlist", Kind::AddToWishlist),
    ("buy", Kind::Purchase),
    ("order", Kind::Purchase),
    ("orders", Kind::Purchase),
    ("transaction", Kind::Purchase),
    ("return", Kind::Refund),
    ("returned", Kind::Refund),
];

/// The place of the column that goes by the first of `names` that is there, whatever its case and punctuation.
pub(crate) fn column<'a>(
    header: impl IntoIterator<Item = &'a str> + Clone,
    names: &[&str],
) -> Option<usize> {
    let is = |written: &str, name: &str| {
        let letters = written.chars().filter(|char| char.is_alphanumeric());
        letters.flat_map(char::to_lowercase).eq(name.chars())
    };
    let place = |name: &&str| header.clone().into_iter().position(|cell| is(cell, name));
    names.iter().find_map(place)
}

/// The places of the columns that are there.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Columns([Option<usize>; FIELDS]);

impl Columns {
    /// Finds them; `Err` names what is missing.
    pub(super) fn find<'a>(
        header: impl IntoIterator<Item = &'a str> + Clone,
    ) -> Result<Self, &'static str> {
        let mut columns = Self::default();
        for (field, names) in NAMES {
            columns.0[field as usize] = column(header.clone(), names);
        }
        let has = |field: Field| columns.0[field as usize].is_some();
        let who = [Field::Session, Field::Order, Field::Shopper, Field::Card];
        if !has(Field::Item) {
            return Err("ItemId");
        }
        if !has(Field::Time) {
            return Err("Time");
        }
        match who.into_iter().any(has) {
            true => Ok(columns),
            false => Err("SessionId"),
        }
    }

    /// The event of a row whose cells `get` gives.
    pub(super) fn event<'a>(
        &self,
        plain: Option<Kind>,
        get: impl Fn(usize) -> &'a str,
    ) -> Result<LogEvent, Problem> {
        let cell = |field: Field| self.0[field as usize].map_or("", |at| get(at).trim());
        let row = |message: &str| Problem::new(IssueKind::EventRow, message);
        let (session, order) = (cell(Field::Session), cell(Field::Order));
        let card = cell(Field::Card);
        let shopper = match cell(Field::Shopper) {
            "" => card,
            shopper => shopper,
        };
        if session.is_empty() && order.is_empty() && shopper.is_empty() {
            return Err(row("neither session nor order nor shopper"));
        }
        let time = cell(Field::Time);
        let time = micros(time).ok_or_else(|| {
            let message = format!("time is {time:?}, not a number or as 2026-01-31 12:00:00");
            Problem::new(IssueKind::EventTime, message)
        })?;
        let quantity = cell(Field::Quantity);
        let kind = match cell(Field::Kind) {
            "" => plain.unwrap_or(match order {
                "" => Kind::ViewItem,
                _ => Kind::Purchase,
            }),
            name => kind_of(name),
        };
        let is_return = quantity.starts_with('-') || order.starts_with('C');
        let id = cell(Field::Item);
        let items = match id {
            "" => Vec::new(),
            id => vec![LogItem {
                id: id.to_owned(),
                quantity: pieces(quantity),
            }],
        };
        let told = cell(Field::Channel);
        Ok(LogEvent {
            time,
            kind: match kind {
                Kind::Purchase if is_return => Kind::Refund,
                kind => kind,
            },
            session: session.to_owned(),
            shopper: shopper.to_owned(),
            contribution: None,
            order: order.to_owned(),
            channel: match told {
                "" if !card.is_empty() => Channel::Store,
                told => channel(told),
            },
            search_term: cell(Field::Query).to_owned(),
            facet: cell(Field::Facet).to_owned(),
            value: cell(Field::Value).to_owned(),
            list: cell(Field::List).to_owned(),
            items,
        })
    }
}

fn kind_of(name: &str) -> Kind {
    let name = name.to_lowercase().replace([' ', '-'], "_");
    match Kind::of(&name) {
        Kind::Other => {
            let word = WORDS.iter().find(|(word, _)| *word == name);
            word.map_or(Kind::Other, |(_, kind)| *kind)
        }
        kind => kind,
    }
}

/// What a table of events needs, for messages.
pub(super) const EXPECTED: &str = "SessionId (or OrderId, CustomerId), ItemId, Time";

/// Reads a table.
pub(super) fn read(
    source: Source,
    plain: Option<Kind>,
    reading: &mut Reading<'_>,
) -> Result<(), TrainerError> {
    let delimiter = source.delimiter();
    let lines_before = source.lines_before();
    let Source {
        path,
        reader,
        size,
        position,
        ..
    } = source;
    let (meter, metered) = Meter::new(reader);
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .from_reader(metered);
    let failed = |error: csv::Error| TrainerError::Read {
        file: path.clone(),
        source: match error.into_kind() {
            csv::ErrorKind::Io(error) => error,
            other => std::io::Error::other(format!("{other:?}")),
        },
    };
    let header = reader.headers().map_err(failed)?.clone();
    let columns = Columns::find(&header).map_err(|missing| TrainerError::Columns {
        file: path.clone(),
        expected: EXPECTED,
        missing,
    })?;
    let mut record = ByteRecord::new();
    let mut rows = 0;
    while reader.read_byte_record(&mut record).map_err(failed)? {
        meter.record();
        rows += 1;
        let line = record.position().map_or(0, csv::Position::line) + lines_before;
        // The source yields UTF-8 only.
        let get = |at: usize| {
            let cell = record.get(at).unwrap_or_default();
            std::str::from_utf8(cell).unwrap_or_default()
        };
        let event = columns.event(plain, get);
        reading.line(line, event.map(|event| (LogFormat::Table, vec![event])))?;
        reading.progress(rows, position.get(), size);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(header: &str, row: &str) -> Result<LogEvent, Problem> {
        let columns = Columns::find(header.split(',')).unwrap();
        let cells: Vec<&str> = row.split(',').collect();
        columns.event(None, |at| cells.get(at).copied().unwrap_or(""))
    }

    #[test]
    fn columns_go_by_the_names_of_exports() {
        let bought = event(
            "InvoiceNo,StockCode,Quantity,InvoiceDate,Customer ID",
            "536365,85123A,6,2010-12-01 08:26:00,17850.0",
        );
        let bought = bought.ok().unwrap();
        assert_eq!(
            (bought.order.as_str(), bought.shopper.as_str()),
            ("536365", "17850.0")
        );
        assert_eq!((bought.kind, bought.items[0].quantity), (Kind::Purchase, 6));
        assert_eq!(
            Columns::find(["ItemId", "Time"]).err(),
            Some("SessionId"),
            "somebody must have done it"
        );
        assert_eq!(Columns::find(["SessionId", "Time"]).err(), Some("ItemId"));
    }

    #[test]
    fn returns_and_the_store() {
        let header = "order_id,item_id,time,quantity,loyalty_card,channel,kind";
        let read = |row: &str| event(header, row).ok().unwrap();
        assert_eq!(read("1,a,5,-2,,,").kind, Kind::Refund);
        assert_eq!(read("C1,a,5,2,,,").kind, Kind::Refund);
        assert_eq!(read("1,a,5,2,,,return").kind, Kind::Refund);
        assert_eq!(read("1,a,5,2,,,View Item").kind, Kind::ViewItem);
        let till = read("1,a,5,2,77,,");
        assert_eq!(
            (till.channel, till.shopper.as_str()),
            (Channel::Store, "77")
        );
        assert_eq!(read("1,a,5,2,,in_store,").channel, Channel::Store);
        assert_eq!(read("1,a,5,2,,web,").channel, Channel::Online);
    }

    #[test]
    fn broken_rows_say_why() {
        let code = |row: &str| {
            let event = event("session,item,time", row);
            event.err().map(|problem| problem.kind.code())
        };
        assert_eq!(code("s,i,5"), None);
        assert_eq!(code(",i,5"), Some("events/row"));
        assert_eq!(code("s,i,soon"), Some("events/time"));
    }
}

//! XML: RSS 2.0 `<item>`, Atom `<entry>`, or `<product>`, with or without the `g:` namespace.

use std::cell::Cell;
use std::collections::VecDeque;
use std::io::{self, BufRead, Read};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::{Map, Value};

use crate::error::TrainerError;
use crate::feed::json::issue;
use crate::feed::row::{Origin, Row, canonical_name};
use crate::feed::{MAX_ROW_BYTES, ReadError, Rows};
use crate::issue::{IssueKind, Outcome, RowIssue};
use crate::source::Source;

/// Elements that hold one product.
const ITEM_ELEMENTS: [&str; 5] = ["item", "entry", "product", "offer", "shopitem"];

pub(crate) struct Xml {
    reader: Reader<Tracked>,
    buffer: Vec<u8>,
    place: Rc<Cell<Place>>,
    name: Arc<str>,
    path: PathBuf,
    rows: u64,
    depth: u32,
    /// Open elements below [`MAX_DEPTH`].
    passed_over: u32,
    done: bool,
    /// Issues of the row that comes next, and the row.
    issues: VecDeque<RowIssue>,
    pending: Option<Row>,
}

/// Unknown entities that are told of one product: text that was escaped wrongly has hundreds.
const MAX_ENTITIES: usize = 16;

/// Elements inside of elements that are read; real products nest twice. Deeper ones are passed over,
/// since nesting costs stack.
const MAX_DEPTH: usize = 16;

/// An element that is open.
struct Open {
    name: String,
    preferred: bool,
    place: (u64, u64),
    text: String,
    children: Vec<Field>,
}

struct Field {
    name: String,
    /// Written with a namespace prefix: `<g:title>` is meant for shops, `<title>` for feed readers.
    preferred: bool,
    place: (u64, u64),
    value: Value,
}

impl Xml {
    pub(crate) fn new(source: Source) -> Self {
        let place = Rc::new(Cell::new(Place { line: 1, column: 1 }));
        let mut reader = Reader::from_reader(Tracked {
            inner: source.reader,
            place: Rc::clone(&place),
        });
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.allow_unmatched_ends = false;
        // HTML that was not escaped stands inside of descriptions; a bare `&` is text.
        config.allow_dangling_amp = true;
        Self {
            reader,
            buffer: Vec::new(),
            place,
            name: source.name,
            path: source.path,
            rows: 0,
            depth: 0,
            passed_over: 0,
            done: false,
            issues: VecDeque::new(),
            pending: None,
        }
    }

    /// Reads to the end of the next item; `None` at the end of the document.
    fn item(&mut self) -> Result<Option<Result<Row, ReadError>>, TrainerError> {
        let mut open: Vec<Open> = Vec::new();
        let mut bytes = 0;
        loop {
            let start = self.place.get();
            self.buffer.clear();
            let event = match self.reader.read_event_into(&mut self.buffer) {
                Ok(event) => event,
                Err(error) => return Err(broken(&error, &self.path, self.place.get())),
            };
            match event {
                Event::Start(element) => {
                    self.depth += 1;
                    if open.len() == MAX_DEPTH {
                        self.passed_over += 1;
                    } else if !open.is_empty() || is_item(&element) {
                        open.push(Open::new(&element, start));
                    }
                }
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.passed_over > 0 {
                        self.passed_over -= 1;
                    } else if let Some(closed) = open.pop() {
                        match open.last_mut() {
                            Some(parent) => parent.children.push(closed.into_field()),
                            None if bytes > MAX_ROW_BYTES => {
                                self.issues.clear();
                                let message = format!(
                                    "the element is larger than {} MiB",
                                    MAX_ROW_BYTES >> 20
                                );
                                let place = (closed.place.0, Some(closed.place.1));
                                let issue = issue(&self.name, place, IssueKind::Size, message);
                                return Ok(Some(Err(ReadError::Row(issue))));
                            }
                            None => {
                                self.rows += 1;
                                return Ok(Some(Ok(closed.into_row(&self.name))));
                            }
                        }
                    }
                }
                Event::Text(text) => append(&mut open, &mut bytes, &text.xml10_content()),
                Event::CData(text) => append(&mut open, &mut bytes, &text.xml10_content()),
                Event::GeneralRef(reference) => {
                    let text = match reference.resolve_char_ref() {
                        Ok(Some(character)) => character.to_string(),
                        _ => entity(&reference.xml10_content()),
                    };
                    if let Some(element) = open.last()
                        && self.issues.len() < MAX_ENTITIES
                        && is_unknown(&text)
                    {
                        let place = (start.line, Some(start.column));
                        let excerpt: String = text.chars().take(40).collect();
                        let message = format!("{excerpt:?} is no character, kept as written");
                        self.issues.push_back(RowIssue {
                            field: Some(element.name.clone()),
                            outcome: Outcome::FieldChanged,
                            ..issue(&self.name, place, IssueKind::Entity, message)
                        });
                    }
                    append(&mut open, &mut bytes, &text);
                }
                Event::Eof if self.depth > 0 => {
                    return Err(TrainerError::Truncated {
                        file: self.path.clone(),
                        line: self.place.get().line,
                        rows: self.rows,
                    });
                }
                Event::Eof => return Ok(None),
                _ => {}
            }
        }
    }
}

impl Rows for Xml {
    fn next_row(&mut self) -> Option<Result<Row, ReadError>> {
        if let Some(issue) = self.issues.pop_front() {
            return Some(Err(ReadError::Row(issue)));
        }
        if let Some(row) = self.pending.take() {
            return Some(Ok(row));
        }
        if self.done {
            return None;
        }
        match self.item() {
            Ok(Some(Ok(row))) if !self.issues.is_empty() => {
                self.pending = Some(row);
                self.next_row()
            }
            Ok(Some(row)) => Some(row),
            Ok(None) => {
                self.done = true;
                None
            }
            Err(error) => {
                self.done = true;
                Some(Err(ReadError::File(error)))
            }
        }
    }
}

impl Open {
    fn new(element: &BytesStart<'_>, place: Place) -> Self {
        let qualified = element.name();
        let qualified: &str = qualified.as_ref();
        let (preferred, local) = match qualified.split_once(':') {
            Some((_, local)) => (true, local),
            None => (false, qualified),
        };
        // Atom writes the address as an attribute: `<link href="…"/>`.
        let href = element.try_get_attribute("href").ok().flatten();
        let text = href.map(|href| href.value.into_owned()).unwrap_or_default();
        Self {
            name: canonical_name(local),
            preferred,
            place: (place.line, place.column),
            text,
            children: Vec::new(),
        }
    }

    fn into_field(self) -> Field {
        let value = if self.children.is_empty() {
            Value::String(self.text.trim().to_owned())
        } else {
            let mut members = Map::new();
            for child in self.children {
                match members.entry(child.name) {
                    serde_json::map::Entry::Vacant(entry) => {
                        entry.insert(child.value);
                    }
                    serde_json::map::Entry::Occupied(mut entry) => match entry.get_mut() {
                        Value::Array(values) => values.push(child.value),
                        first => *first = Value::Array(vec![first.take(), child.value]),
                    },
                }
            }
            Value::Object(members)
        };
        Field {
            name: self.name,
            preferred: self.preferred,
            place: self.place,
            value,
        }
    }

    fn into_row(self, file: &Arc<str>) -> Row {
        let mut fields = self.children;
        fields.sort_by_key(|field| !field.preferred);
        let places = fields.iter().map(|field| field.place).collect();
        Row {
            file: Arc::clone(file),
            line: self.place.0,
            fields: fields
                .into_iter()
                .map(|field| (field.name, field.value))
                .collect(),
            origin: Origin::Xml(places),
        }
    }
}

fn is_item(element: &BytesStart<'_>) -> bool {
    let name = element.local_name();
    let name: &str = name.as_ref();
    ITEM_ELEMENTS
        .iter()
        .any(|item| name.eq_ignore_ascii_case(item))
}

fn append(open: &mut [Open], bytes: &mut usize, text: &str) {
    if let Some(element) = open.last_mut() {
        *bytes += text.len();
        if *bytes <= MAX_ROW_BYTES {
            element.text.push_str(text);
        }
    }
}

/// Whether a reference would still stand in the text once the names of HTML are decoded, too.
fn is_unknown(text: &str) -> bool {
    text.len() > 1 && text.starts_with('&') && html_escape::decode_html_entities(text) == text
}

/// The five characters of XML. Other names stay as written; texts are unescaped once more later.
fn entity(name: &str) -> String {
    match name {
        "amp" => "&".into(),
        "lt" => "<".into(),
        "gt" => ">".into(),
        "quot" => "\"".into(),
        "apos" => "'".into(),
        other => format!("&{other};"),
    }
}

fn broken(error: &quick_xml::Error, path: &std::path::Path, place: Place) -> TrainerError {
    if let quick_xml::Error::Io(source) = error {
        return TrainerError::Read {
            file: path.to_owned(),
            source: io::Error::new(source.kind(), source.to_string()),
        };
    }
    TrainerError::Broken {
        file: path.to_owned(),
        line: place.line,
        column: place.column,
        message: format!("not XML: {error}"),
    }
}

/// Line and character, from 1.
#[derive(Clone, Copy)]
struct Place {
    line: u64,
    column: u64,
}

/// Follows the place in the text while the parser consumes it.
struct Tracked {
    inner: Box<dyn BufRead>,
    place: Rc<Cell<Place>>,
}

impl Read for Tracked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.fill_buf()?.read(buffer)?;
        self.consume(n);
        Ok(n)
    }
}

impl BufRead for Tracked {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        let mut place = self.place.get();
        // The bytes about to be consumed are still in the buffer.
        if let Ok(buffer) = self.inner.fill_buf() {
            for byte in buffer.iter().take(amount) {
                if *byte == b'\n' {
                    place = Place {
                        line: place.line + 1,
                        column: 1,
                    };
                } else if byte & 0xc0 != 0x80 {
                    place.column += 1;
                }
            }
        }
        self.place.set(place);
        self.inner.consume(amount);
    }
}

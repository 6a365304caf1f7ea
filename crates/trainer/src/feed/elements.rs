//! XML in, the elements that a reader asks for out, one at a time, with the place of each.
//!
//! # Invariants
//! * Nothing but the element under way is in memory, of it at most [`MAX_ROW_BYTES`] and one token of the parser's, which is at most
//!   four times as long.
//! * Nothing is fetched or expanded: DTDs are passed over, entities that they define stay as written.

use std::cell::Cell;
use std::collections::VecDeque;
use std::io::{self, BufRead, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use quick_xml::Reader;
use quick_xml::errors::SyntaxError;
use quick_xml::events::{BytesStart, Event};

use crate::error::TrainerError;
use crate::feed::json::issue;
use crate::feed::meter::{Meter, Metered, endless};
use crate::feed::row::{Row, canonical_name};
use crate::feed::{MAX_ROW_BYTES, ReadError, Rows};
use crate::issue::{IssueKind, Outcome, RowIssue};
use crate::source::Source;

/// Unknown entities that are told of one product: text that was escaped wrongly has hundreds.
const MAX_ENTITIES: usize = 16;

/// Elements inside of elements that are read; real products nest twice. Deeper ones are passed over,
/// since nesting costs stack.
const MAX_DEPTH: usize = 16;

/// Bytes that an element counts beside its text: about half of what it takes in memory, so that a product of nothing but empty
/// elements stays small. A product with 200 features has 1,000 elements.
const ELEMENT_BYTES: usize = 64;

/// Attributes of an element that are read; BMEcat's elements have three at most.
const MAX_ATTRIBUTES: usize = 16;

/// What to do with an element that lies in none that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Take {
    /// Read it with all that is in it.
    Whole,
    /// Read its attributes; what is in it comes afterwards.
    Start,
    /// Look into it.
    Pass,
}

/// One element.
#[derive(Debug)]
pub(crate) struct Element {
    /// Its [canonical name](canonical_name), without the namespace.
    pub(crate) name: String,
    /// Written with a namespace prefix: `<g:title>` is meant for shops, `<title>` for feed readers.
    pub(crate) preferred: bool,
    /// Line and column.
    pub(crate) place: (u64, u64),
    /// By their names without the namespace, as written.
    pub(crate) attributes: Vec<(String, String)>,
    /// What stands in it directly.
    pub(crate) text: String,
    pub(crate) children: Vec<Element>,
}

/// The elements of a document that are asked for.
pub(crate) struct Elements {
    reader: Reader<Tracked>,
    meter: Meter,
    take: fn(&str) -> Take,
    buffer: Vec<u8>,
    place: Rc<Cell<Place>>,
    pub(crate) name: Arc<str>,
    path: PathBuf,
    /// Rows so far, as the reader counts them, for the message that the file breaks off.
    pub(crate) rows: u64,
    depth: u32,
    /// Open elements below [`MAX_DEPTH`].
    passed_over: u32,
    /// What is to be said of the elements that were read.
    pub(crate) issues: VecDeque<RowIssue>,
}

impl Elements {
    /// `take` is asked with the local name of an element.
    pub(crate) fn new(source: Source, take: fn(&str) -> Take) -> Self {
        let place = Rc::new(Cell::new(Place { line: 1, column: 1 }));
        let (meter, metered) = Meter::new(source.reader);
        let mut reader = Reader::from_reader(Tracked {
            inner: metered,
            place: Rc::clone(&place),
        });
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.allow_unmatched_ends = false;
        // HTML that was not escaped stands inside of descriptions; a bare `&` is text.
        config.allow_dangling_amp = true;
        Self {
            reader,
            meter,
            take,
            buffer: Vec::new(),
            place,
            name: source.name,
            path: source.path,
            rows: 0,
            depth: 0,
            passed_over: 0,
            issues: VecDeque::new(),
        }
    }

    /// The next element; `None` at the end of the document.
    pub(crate) fn next(&mut self) -> Result<Option<Result<Element, ReadError>>, TrainerError> {
        let mut open: Vec<Element> = Vec::new();
        let mut bytes = 0;
        loop {
            let start = self.place.get();
            self.buffer.clear();
            self.meter.record();
            let event = match self.reader.read_event_into(&mut self.buffer) {
                Ok(event) => event,
                // A tag, comment or section that nothing ends is what is left of a file.
                Err(quick_xml::Error::Syntax(error)) if error != SyntaxError::InvalidBangMarkup => {
                    return Err(self.cut_off());
                }
                Err(error) => return Err(broken(&error, &self.path, self.place.get())),
            };
            match event {
                Event::Start(element) => {
                    self.depth += 1;
                    bytes += if open.is_empty() { 0 } else { ELEMENT_BYTES };
                    let no_room = open.len() == MAX_DEPTH || bytes > MAX_ROW_BYTES;
                    if no_room || self.passed_over > 0 {
                        self.passed_over += 1;
                    } else if !open.is_empty() {
                        open.push(Element::new(&element, start));
                    } else {
                        match (self.take)(element.local_name().as_ref()) {
                            Take::Whole => open.push(Element::new(&element, start)),
                            Take::Start => return Ok(Some(Ok(Element::new(&element, start)))),
                            Take::Pass => {}
                        }
                    }
                }
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.passed_over > 0 {
                        self.passed_over -= 1;
                    } else if let Some(closed) = open.pop() {
                        match open.last_mut() {
                            Some(parent) => parent.children.push(closed),
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
                            None => return Ok(Some(Ok(closed))),
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
                Event::Eof if self.depth > 0 => return Err(self.cut_off()),
                Event::Eof => return Ok(None),
                _ => {}
            }
        }
    }
}

impl Elements {
    fn cut_off(&self) -> TrainerError {
        TrainerError::Truncated {
            file: self.path.clone(),
            line: self.place.get().line,
            rows: self.rows,
        }
    }
}

/// Makes a row of an element; what is wrong with it goes into the list.
pub(crate) type ToRow = Box<dyn FnMut(Element, &mut VecDeque<RowIssue>) -> Row>;

/// Elements as rows, each after what is to be said of it.
pub(crate) struct ElementRows {
    elements: Elements,
    to_row: ToRow,
    done: bool,
    pending: Option<Row>,
}

impl ElementRows {
    pub(crate) fn new(elements: Elements, to_row: ToRow) -> Self {
        Self {
            elements,
            to_row,
            done: false,
            pending: None,
        }
    }
}

impl Rows for ElementRows {
    fn next_row(&mut self) -> Option<Result<Row, ReadError>> {
        loop {
            if let Some(issue) = self.elements.issues.pop_front() {
                return Some(Err(ReadError::Row(issue)));
            }
            if let Some(row) = self.pending.take() {
                return Some(Ok(row));
            }
            if self.done {
                return None;
            }
            match self.elements.next() {
                Ok(Some(Ok(element))) => {
                    self.elements.rows += 1;
                    self.pending = Some((self.to_row)(element, &mut self.elements.issues));
                }
                Ok(Some(Err(error))) => return Some(Err(error)),
                Ok(None) => self.done = true,
                Err(error) => {
                    self.done = true;
                    return Some(Err(ReadError::File(error)));
                }
            }
        }
    }
}

/// The local name of a document's root.
pub(crate) fn root(head: &str) -> Option<String> {
    let mut reader = Reader::from_str(head);
    loop {
        match reader.read_event() {
            Ok(Event::Start(element) | Event::Empty(element)) => {
                let name = element.local_name();
                let name: &str = name.as_ref();
                return Some(name.to_owned());
            }
            Ok(Event::Eof) | Err(_) => return None,
            Ok(_) => {}
        }
    }
}

impl Element {
    fn new(element: &BytesStart<'_>, place: Place) -> Self {
        let qualified = element.name();
        let qualified: &str = qualified.as_ref();
        let (preferred, local) = match qualified.split_once(':') {
            Some((_, local)) => (true, local),
            None => (false, qualified),
        };
        // Comparing each name with all before it would take a hostile tag's length squared.
        let mut attributes = element.attributes();
        let attributes = attributes.with_checks(false).map_while(Result::ok);
        let attributes = attributes.take(MAX_ATTRIBUTES).map(|attribute| {
            let name = attribute.key.local_name();
            let name: &str = name.as_ref();
            (name.to_owned(), attribute.value.into_owned())
        });
        Self {
            name: canonical_name(local),
            preferred,
            place: (place.line, place.column),
            attributes: attributes.collect(),
            text: String::new(),
            children: Vec::new(),
        }
    }

    /// The value of an attribute, as written.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        attributes
            .find(|(attribute, _)| attribute == name)
            .map(|(_, value)| value.trim())
    }

    /// What stands in it directly, without blanks around.
    pub(crate) fn trimmed(&self) -> &str {
        self.text.trim()
    }

    /// The first element of this name in it.
    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The elements of this name in it.
    pub(crate) fn children(&self, name: &str) -> impl Iterator<Item = &Self> + Clone {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first element of either name in it.
    pub(crate) fn child_either(&self, one: &str, other: &str) -> Option<&Self> {
        self.children_either(one, other).next()
    }

    /// The elements of either name in it.
    pub(crate) fn children_either(&self, one: &str, other: &str) -> impl Iterator<Item = &Self> {
        let is_one = move |child: &&Self| child.name == one || child.name == other;
        self.children.iter().filter(is_one)
    }
}

fn append(open: &mut [Element], bytes: &mut usize, text: &str) {
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

fn broken(error: &quick_xml::Error, path: &Path, place: Place) -> TrainerError {
    let endless = match error {
        quick_xml::Error::Io(source) => endless(source),
        _ => None,
    };
    if let (quick_xml::Error::Io(source), None) = (error, &endless) {
        return TrainerError::Read {
            file: path.to_owned(),
            source: io::Error::new(source.kind(), source.to_string()),
        };
    }
    TrainerError::Broken {
        file: path.to_owned(),
        line: place.line,
        column: place.column,
        message: endless.unwrap_or_else(|| format!("not XML: {error}")),
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
    inner: Metered<Box<dyn BufRead>>,
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

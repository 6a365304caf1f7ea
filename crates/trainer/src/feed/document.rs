//! JSON documents: an array of objects, an object that holds such an array, or objects over several lines each.
//!
//! The elements are cut out by counting brackets, so that a catalogue of any size streams, and an
//! element that is not JSON does not hide the ones after it.

use std::io::BufRead;

use serde_json::Value;

use crate::error::TrainerError;
use crate::feed::json::{issue, parse_object};
use crate::feed::{MAX_ROW_BYTES, ReadError, Row, Rows};
use crate::issue::IssueKind;
use crate::source::Source;

/// Members under which exports wrap their list of products.
const LIST_KEYS: [&str; 7] = [
    "products",
    "items",
    "entries",
    "entry",
    "offers",
    "resources",
    "data",
];

pub(crate) struct JsonDocument {
    source: Source,
    wrapped: bool,
    begun: bool,
    done: bool,
    rows: u64,
    line: u64,
    column: u64,
}

/// Members by which a product, or an event, is told from an object that holds products.
const OWN_KEYS: [&str; 6] = ["id", "title", "sku", "name", "item_id", "event_name"];

/// Whether the text begins an object with one of [`LIST_KEYS`] holding a list of objects, and nothing
/// before it makes that object a product itself: bundles have `items`, too.
pub(crate) fn holds_list(head: &str) -> bool {
    list_offset(head).is_some_and(|at| {
        !OWN_KEYS
            .iter()
            .any(|key| head[..at].contains(&format!("\"{key}\"")))
    })
}

/// The offset of the `[` of the list inside of an object.
fn list_offset(head: &str) -> Option<usize> {
    if !head.trim_start().starts_with('{') {
        return None;
    }
    LIST_KEYS
        .iter()
        .filter_map(|key| {
            let at = head.find(&format!("\"{key}\""))?;
            let after = &head[at + key.len() + 2..];
            let rest = after.trim_start().strip_prefix(':')?.trim_start();
            rest.strip_prefix('[')?.trim_start().strip_prefix('{')?;
            Some(head.len() - rest.len())
        })
        .min()
}

/// The brackets that `text` leaves open, such that a value and the document's rest make it whole.
fn opened(text: &str) -> String {
    let mut open = Vec::new();
    let (mut quoted, mut escaped) = (false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' if !quoted => open.push("{\"\":"),
            b'[' if !quoted => open.push("["),
            b'}' | b']' if !quoted => drop(open.pop()),
            _ => {}
        }
    }
    open.concat()
}

/// Whether an object holds a list that looks like one more list of products.
fn holds_more(value: &Value) -> bool {
    let Value::Object(members) = value else {
        return false;
    };
    members.iter().any(|(key, value)| match value {
        Value::Array(list) => {
            let key = key.to_lowercase();
            list.first().is_some_and(Value::is_object)
                && LIST_KEYS.iter().any(|name| key.starts_with(name))
        }
        value => holds_more(value),
    })
}

impl JsonDocument {
    pub(crate) fn new(source: Source) -> Self {
        let wrapped = holds_list(&source.head);
        Self {
            source,
            wrapped,
            begun: false,
            done: false,
            rows: 0,
            line: 1,
            column: 1,
        }
    }

    fn byte(&mut self) -> Result<Option<u8>, TrainerError> {
        let buffer = self
            .source
            .reader
            .fill_buf()
            .map_err(TrainerError::read(&self.source.path))?;
        let Some(&byte) = buffer.first() else {
            return Ok(None);
        };
        self.source.reader.consume(1);
        if byte == b'\n' {
            self.line += 1;
            self.column = 1;
        } else if byte & 0xc0 != 0x80 {
            // Continuation bytes of UTF-8 do not begin a character.
            self.column += 1;
        }
        Ok(Some(byte))
    }

    /// Skips to the inside of the list; returns whether there is a list.
    fn begin(&mut self) -> Result<bool, TrainerError> {
        let skip = if self.wrapped {
            list_offset(&self.source.head).map(|at| at + 1)
        } else {
            let start = self.source.head.len() - self.source.head.trim_start().len();
            self.source.head[start..]
                .starts_with('[')
                .then_some(start + 1)
        };
        for _ in 0..skip.unwrap_or(0) {
            self.byte()?;
        }
        Ok(skip.is_some())
    }

    /// Cuts out the next element: its text and where it begins.
    fn element(&mut self) -> Result<Option<Element>, TrainerError> {
        let in_list = if self.begun {
            self.wrapped || self.source.head.trim_start().starts_with('[')
        } else {
            self.begin()?
        };
        self.begun = true;
        let first = loop {
            match self.byte()? {
                None if in_list => return Err(self.truncated()),
                None => return Ok(None),
                Some(b' ' | b'\t' | b'\r' | b'\n' | b',') => {}
                Some(b']') if in_list => return self.end().map(|()| None),
                Some(byte) => break byte,
            }
        };
        let (line, column) = (self.line, self.column - 1);
        if first != b'{' {
            return Err(TrainerError::Broken {
                file: self.source.path.clone(),
                line,
                column,
                message: format!(
                    "expected a product, `{{`, got `{}`",
                    char::from(first).escape_default()
                ),
            });
        }
        let mut text = vec![first];
        let (mut depth, mut quoted, mut escaped, mut too_long) = (1_u32, false, false, false);
        while depth > 0 {
            let Some(byte) = self.byte()? else {
                return Err(self.truncated());
            };
            match byte {
                _ if escaped => escaped = false,
                b'\\' if quoted => escaped = true,
                b'"' => quoted = !quoted,
                b'{' | b'[' if !quoted => depth += 1,
                b'}' | b']' if !quoted => depth -= 1,
                _ => {}
            }
            if text.len() < MAX_ROW_BYTES {
                text.push(byte);
            } else {
                too_long = true;
            }
        }
        self.rows += 1;
        Ok(Some(Element {
            text,
            line,
            column,
            too_long,
        }))
    }

    /// Reads what follows the list: nothing, or the rest of the object around it. A second list
    /// would be lost without a word.
    fn end(&mut self) -> Result<(), TrainerError> {
        let (line, column) = (self.line, self.column);
        let mut tail = Vec::new();
        while let Some(byte) = self.byte()? {
            if tail.len() < MAX_ROW_BYTES {
                tail.push(byte);
            }
        }
        let tail = String::from_utf8_lossy(&tail);
        let around = list_offset(&self.source.head).filter(|_| self.wrapped);
        let around = around.map_or_else(String::new, |at| opened(&self.source.head[..at]));
        let message = match serde_json::from_str::<Value>(&format!("{around}0{tail}")) {
            Ok(rest) if holds_more(&rest) => "a second list of products",
            Ok(_) => return Ok(()),
            Err(error) if error.is_eof() => return Err(self.truncated()),
            Err(_) => "something that does not belong to it",
        };
        Err(TrainerError::Broken {
            file: self.source.path.clone(),
            line,
            column,
            message: format!("behind the list of products stands {message}"),
        })
    }

    fn truncated(&self) -> TrainerError {
        TrainerError::Truncated {
            file: self.source.path.clone(),
            line: self.line,
            rows: self.rows,
        }
    }
}

struct Element {
    text: Vec<u8>,
    line: u64,
    column: u64,
    too_long: bool,
}

impl Rows for JsonDocument {
    fn next_row(&mut self) -> Option<Result<Row, ReadError>> {
        if self.done {
            return None;
        }
        match self.element() {
            Err(error) => {
                self.done = true;
                Some(Err(ReadError::File(error)))
            }
            Ok(None) => {
                self.done = true;
                None
            }
            Ok(Some(element)) if element.too_long => {
                let message = format!("the object is larger than {} MiB", MAX_ROW_BYTES >> 20);
                let place = (element.line, Some(element.column));
                Some(Err(ReadError::Row(issue(
                    &self.source.name,
                    place,
                    IssueKind::Size,
                    message,
                ))))
            }
            Ok(Some(element)) => {
                let text = String::from_utf8_lossy(&element.text).into_owned();
                Some(parse_object(
                    &self.source.name,
                    text,
                    element.line,
                    element.column,
                ))
            }
        }
    }
}

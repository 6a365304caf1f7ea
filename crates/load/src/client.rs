//! A client that costs little, because it shares the machine with the server that it loads: one connection, one request
//! at a time, and of HTTP/1.1 only what our own server answers with.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A connection that is kept.
pub(crate) struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Vec::with_capacity(8192),
        })
    }

    /// Joins `body` into a profile.
    pub(crate) async fn sync(&mut self, id: &str, body: &[u8]) -> io::Result<Answer> {
        self.buffer.clear();
        self.buffer.extend_from_slice(b"POST /v1/profiles/");
        self.buffer.extend_from_slice(id.as_bytes());
        let rest = format!(
            "/sync HTTP/1.1\r\nhost: shop\r\ncontent-type: application/octet-stream\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        self.buffer.extend_from_slice(rest.as_bytes());
        self.buffer.extend_from_slice(body);
        self.send().await
    }

    /// Asks for a path.
    pub(crate) async fn get(&mut self, path: &str) -> io::Result<Answer> {
        self.buffer.clear();
        let head = format!("GET {path} HTTP/1.1\r\nhost: shop\r\n\r\n");
        self.buffer.extend_from_slice(head.as_bytes());
        self.send().await
    }

    async fn send(&mut self) -> io::Result<Answer> {
        self.stream.write_all(&self.buffer).await?;
        self.buffer.clear();
        loop {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let Some(end) = find(&self.buffer, b"\r\n\r\n") else {
                continue;
            };
            let head = std::str::from_utf8(&self.buffer[..end]).map_err(io::Error::other)?;
            let (status, length) = head_of(head)?;
            let start = end + 4;
            while self.buffer.len() < start + length {
                if self.stream.read_buf(&mut self.buffer).await? == 0 {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
            }
            let body = self.buffer[start..start + length].to_vec();
            return Ok(Answer { status, body });
        }
    }
}

/// The status and the length of the body.
fn head_of(head: &str) -> io::Result<(u16, usize)> {
    let strange = || io::Error::other("the answer is not the server's");
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1));
    let status = status.and_then(|text| text.parse().ok());
    let length = lines
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, value)| value.trim().parse().ok());
    Ok((status.ok_or_else(strange)?, length.unwrap_or(0)))
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|part| part == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_read() {
        let head = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 12\r\nx: y";
        assert_eq!(head_of(head).ok(), Some((503, 12)));
        assert_eq!(head_of("HTTP/1.1 304 x").ok(), Some((304, 0)));
        assert!(head_of("SSH-2.0").is_err());
    }
}

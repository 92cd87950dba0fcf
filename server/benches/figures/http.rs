//! One HTTP/1.1 connection that is kept, as raw as can be: what is measured is the server.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// The connection.
pub struct Connection(BufReader<TcpStream>);

impl Connection {
    /// Connects, from this address.
    pub async fn from(from: Ipv4Addr, to: SocketAddr) -> io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((from, 0).into())?;
        let stream = socket.connect(to).await?;
        stream.set_nodelay(true)?;
        Ok(Self(BufReader::new(stream)))
    }

    /// Connects.
    pub async fn new(to: SocketAddr) -> io::Result<Self> {
        Self::from(Ipv4Addr::LOCALHOST, to).await
    }

    /// Says something and does not wait for an answer.
    pub async fn say(&mut self, words: &str) -> io::Result<()> {
        self.0.get_mut().write_all(words.as_bytes()).await
    }

    /// Whether the other side has closed it.
    pub fn is_closed(&self) -> bool {
        let read = self.0.get_ref().try_read(&mut [0; 1]);
        !matches!(read, Err(error) if error.kind() == io::ErrorKind::WouldBlock)
    }

    /// Sends a request and reads its answer to the end: status and length.
    pub async fn ask(&mut self, request: &str) -> io::Result<(u16, usize)> {
        self.say(request).await?;
        timeout(PATIENCE, self.answer()).await?
    }

    async fn answer(&mut self) -> io::Result<(u16, usize)> {
        let status = self.line().await?;
        let status = status.split(' ').nth(1).and_then(|it| it.parse().ok());
        let (mut length, mut chunked) = (0, false);
        loop {
            let line = self.line().await?.to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.parse().map_err(io::Error::other)?;
            }
            chunked |= line == "transfer-encoding: chunked";
        }
        if chunked {
            length = self.chunks().await?;
        } else {
            self.skip(length).await?;
        }
        Ok((status.ok_or(io::ErrorKind::InvalidData)?, length))
    }

    async fn chunks(&mut self) -> io::Result<usize> {
        let mut length = 0;
        loop {
            let size = self.line().await?;
            let size = usize::from_str_radix(&size, 16).map_err(io::Error::other)?;
            self.skip(size + 2).await?;
            if size == 0 {
                return Ok(length);
            }
            length += size;
        }
    }

    async fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.0.read_line(&mut line).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end().to_owned())
    }

    async fn skip(&mut self, length: usize) -> io::Result<()> {
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).await.map(drop)
    }
}

/// A page, asked for by whoever holds this cookie.
pub fn get(path: &str, cookie: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\ncookie: {cookie}\r\n\r\n")
}

/// A form or a call of our own pages.
pub fn post(path: &str, cookie: &str, form: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\ncookie: {cookie}\r\nsec-fetch-site: same-origin\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
        form.len()
    )
}

/// `POST /api/v1/verify`.
pub fn verify(key: &str, username: &str, code: &str) -> String {
    let body = format!(r#"{{"username":"{username}","code":"{code}"}}"#);
    format!(
        "POST /api/v1/verify HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {key}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

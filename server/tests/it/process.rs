//! Real server processes, a data folder for them, and questions over real sockets.

use std::{
    fs, io,
    net::{Ipv4Addr, SocketAddr},
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::Duration,
};

use nix::unistd::Pid;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::{sleep, timeout},
};

/// A data folder of its own, gone with the test.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("td-it-{}-{name}", std::process::id()));
        fs::DirBuilder::new().mode(0o711).create(&path).unwrap();
        Self(path)
    }

    pub fn postmaster(&self) -> Option<Pid> {
        let text = fs::read_to_string(self.0.join("postgres/postmaster.pid")).ok()?;
        Some(Pid::from_raw(text.lines().next()?.parse().ok()?))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Waits until `found` finds something.
pub async fn eventually<T>(mut found: impl AsyncFnMut() -> Option<T>) -> T {
    let search = async {
        loop {
            if let Some(thing) = found().await {
                return thing;
            }
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(Duration::from_secs(30), search)
        .await
        .expect("it never came")
}

/// A `tokendesk serve` that is killed with the test.
pub struct Server {
    child: Child,
    command: Command,
    pub address: SocketAddr,
}

impl Server {
    /// Starts one; on the private database of `folder` where no other is named.
    pub async fn start(folder: &Path, database: Option<&str>) -> Self {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let mut command = Command::new(env!("CARGO_BIN_EXE_tokendesk"));
        command
            .arg("serve")
            .env_remove("DATABASE_URL")
            .env("TOKENDESK_LISTEN", address.to_string())
            .env("TOKENDESK_DATA_DIR", folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if let Some(url) = database {
            command.env("DATABASE_URL", url);
        }
        let child = command.spawn().unwrap();
        let server = Self {
            child,
            command,
            address,
        };
        server.ready().await;
        server
    }

    /// Waits until it says that it is ready.
    pub async fn ready(&self) {
        let question =
            "GET /healthz/ready HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
        eventually(async || {
            let (status, _) = ask(self.address, question).await.ok()?;
            (status == 200).then_some(())
        })
        .await;
    }

    /// Its process, for a signal.
    pub fn pid(&self) -> Pid {
        Pid::from_raw(self.child.id().try_into().unwrap())
    }

    /// Waits until it has ended.
    pub async fn ended(&mut self) -> ExitStatus {
        eventually(async || self.child.try_wait().unwrap()).await
    }

    /// Starts it again at the same address, after it has ended.
    pub async fn start_again(&mut self) {
        self.ended().await;
        self.child = self.command.spawn().unwrap();
        self.ready().await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One HTTP request on a connection of its own: status and body, or that no whole answer came.
pub async fn ask(address: SocketAddr, request: &str) -> io::Result<(u16, String)> {
    let answer = async {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        Ok::<_, io::Error>(answer)
    };
    let answer = timeout(Duration::from_secs(20), answer).await??;
    let status = answer.split(' ').nth(1).and_then(|it| it.parse().ok());
    let whole = status.zip(answer.split_once("\r\n\r\n"));
    let (status, (_, body)) = whole.ok_or(io::ErrorKind::UnexpectedEof)?;
    Ok((status, body.to_owned()))
}

/// `POST /api/v1/verify`, as it stands on the wire.
pub fn verify(key: &str, body: &str) -> String {
    format!(
        "POST /api/v1/verify HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {key}\r\n\
         content-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

//! Senders who take their time are cut off, and take no place from the others.

use std::future::pending;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use server::listen::{Patience, listen};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};

use crate::demo::demo;
use crate::process::ask;

const GET: &str = "GET /demo HTTP/1.1\r\nhost: localhost\r\n";
const POST: &str = "POST /demo HTTP/1.1\r\nhost: localhost\r\nsec-fetch-site: same-origin\r\n\
                    content-type: application/x-www-form-urlencoded\r\ncontent-length: 1000\r\n\r\n";

async fn door() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let patience = Patience {
        head: Duration::from_millis(400),
        body: Duration::from_millis(400),
    };
    tokio::spawn(listen(listener, demo(), patience, pending()));
    address
}

/// Sends `start`, then a byte now and then, until the door closes. Gives what it answered.
async fn trickle(address: SocketAddr, start: String, more: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(start.as_bytes()).await.unwrap();
    let (mut from, mut to) = stream.split();
    let mut answer = Vec::new();
    let sending = async {
        for byte in more.bytes().cycle() {
            sleep(Duration::from_millis(50)).await;
            if to.write_all(&[byte]).await.is_err() {
                break;
            }
        }
        pending::<()>().await;
    };
    let closed = timeout(Duration::from_secs(20), async {
        tokio::select! {
            // a reset is as good as an end
            _ = from.read_to_end(&mut answer) => {}
            () = sending => {}
        }
    });
    closed.await.expect("the door stays open");
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn a_sender_who_takes_too_long_is_cut_off() {
    let address = door().await;
    for (what, start, more, answered) in [
        ("nothing at all", String::new(), "", ""),
        ("half a word", "POS".to_owned(), "", ""),
        (
            "what might be HTTP/2",
            "PRI * HTTP/2".to_owned(),
            "",
            "HTTP/1.1 400",
        ),
        ("half a head", GET.to_owned(), "", ""),
        ("a head by bytes", format!("{GET}x-long: "), "x", ""),
        (
            "nothing after an answer",
            format!("{GET}\r\n"),
            "",
            "HTTP/1.1 200",
        ),
        ("half a body", format!("{POST}a="), "", "HTTP/1.1 4"),
        ("a body by bytes", format!("{POST}a="), "x", "HTTP/1.1 4"),
    ] {
        let answer = trickle(address, start, more).await;
        assert!(answer.starts_with(answered), "{what}: {answer}");
        assert_eq!(answer.is_empty(), answered.is_empty(), "{what}: {answer}");
    }
    let fast = ask(address, &format!("{GET}connection: close\r\n\r\n")).await;
    assert_eq!(fast.unwrap().0, 200);
}

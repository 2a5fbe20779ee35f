use std::io::BufRead;
use std::process::{Command, Output};
use std::time::Duration;

use futures_util::SinkExt;
use tokio_tungstenite::tungstenite::Message;

use crate::client::*;
use crate::process::{command, Running};

pub(crate) fn stderr_of_failure(args: &[&str]) -> String {
    let Output {
        status,
        stdout,
        stderr,
    } = command(args).output().unwrap();
    assert_eq!(status.code(), Some(1));
    assert!(stdout.is_empty());
    String::from_utf8(stderr).unwrap()
}

#[test]
fn a_busy_port_is_named() {
    let busy = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = busy.local_addr().unwrap().port();
    assert_eq!(
        stderr_of_failure(&["--no-page", "--port", &port.to_string()]),
        format!("error: port {port} is in use; choose another with --port\n")
    );
}

#[test]
fn a_missing_build_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path().to_str().unwrap();
    assert_eq!(
        stderr_of_failure(&["--port", "0", "--page", dir]),
        format!("error: no page in {dir}; build it with scripts/demo\n")
    );
}

#[test]
fn a_bad_flag_is_refused() {
    for flags in [
        ["--ping-interval", "0"],
        ["--allow-origin", "example.org"],
        ["--port", "70000"],
        ["--max-message", "-1"],
        ["--tls-key", "key.pem"],
        ["--tls-certificate", "certificate.pem"],
    ] {
        assert_eq!(
            command(&flags).output().unwrap().status.code(),
            Some(2),
            "{flags:?}"
        );
    }
}

#[cfg(unix)]
#[tokio::test]
async fn sigterm_closes_sockets_with_1001_and_exits_with_0() {
    let mut running = Running::start(&[]);
    let (mut socket, _) = connect_at(running.port, "/echo", &[]).await.unwrap();
    socket.send(Message::text("here")).await.unwrap();
    assert_eq!(next(&mut socket).await, Message::text("here"));

    let kill = Command::new("kill")
        .arg(running.child.id().to_string())
        .status()
        .unwrap();
    assert!(kill.success());
    assert_eq!(closed(&mut socket).await.unwrap().0, 1001);
    assert_eq!(exit_code(&mut running).await, Some(0));
    let mut more = String::new();
    running.stdout.read_line(&mut more).unwrap();
    assert_eq!(more, "");
}

#[cfg(unix)]
#[tokio::test]
async fn a_second_signal_exits_at_once() {
    let mut running = Running::start(&[]);
    // Never read, so that the first signal has something to wait for: 2 s, then the code is 0.
    let _socket = connect_at(running.port, "/echo", &[]).await.unwrap();

    for _ in 0..2 {
        Command::new("kill")
            .args(["-INT", &running.child.id().to_string()])
            .status()
            .unwrap();
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert_eq!(exit_code(&mut running).await, Some(130));
}

async fn exit_code(running: &mut Running) -> Option<i32> {
    soon(async {
        loop {
            if let Some(status) = running.child.try_wait().unwrap() {
                return status.code();
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await
}

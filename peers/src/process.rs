//! The programs of others.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use tokio::{
    net::{TcpListener, TcpStream},
    process::{Child, Command},
    time::{sleep, Instant},
};

use crate::Failure;

const PATIENCE: Duration = Duration::from_secs(60);
const TICK: Duration = Duration::from_millis(20);

/// A program that runs until this is dropped, and writes to `NAME.log`.
#[derive(Debug)]
pub(crate) struct Running {
    log: PathBuf,
    child: Child,
}

impl Running {
    pub(crate) fn start(
        folder: &Path,
        name: &str,
        program: impl AsRef<Path>,
        arguments: &[&str],
    ) -> Result<Self, Failure> {
        let program = program.as_ref();
        let log = folder.join(format!("{name}.log"));
        let output = File::create(&log)?;
        let child = Command::new(program)
            .args(arguments)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stderr(output.try_clone()?)
            .stdout(output)
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| format!("{} does not start: {error}", program.display()))?;
        Ok(Self { log, child })
    }

    /// The port that it writes into the first line of its log.
    pub(crate) async fn port(&mut self) -> Result<u16, Failure> {
        let log = self.log.clone();
        self.wait(async || {
            let log = fs::read_to_string(&log).ok()?;
            log.split_once('\n')?.0.parse().ok()
        })
        .await
    }

    /// Waits until it listens there.
    pub(crate) async fn listens(&mut self, port: u16) -> Result<(), Failure> {
        self.wait(async || TcpStream::connect(("127.0.0.1", port)).await.ok())
            .await?;
        Ok(())
    }

    async fn wait<T>(&mut self, mut ready: impl AsyncFnMut() -> Option<T>) -> Result<T, Failure> {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            if let Some(ready) = ready().await {
                return Ok(ready);
            }
            if let Some(status) = self.child.try_wait()? {
                return Err(format!("it ended, {status}: see {}", self.log.display()).into());
            }
            sleep(TICK).await;
        }
        Err(format!("it is not ready: see {}", self.log.display()).into())
    }
}

/// Runs a program to its end.
pub(crate) async fn run(
    folder: &Path,
    program: &str,
    arguments: &[&str],
    more: &[&str],
) -> Result<(), Failure> {
    let output = Command::new(program)
        .args(arguments)
        .args(more)
        .current_dir(folder)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .map_err(|error| format!("{program} does not start: {error}"))?;
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{program} {arguments:?} failed: {words}").into());
    }
    Ok(())
}

/// A port that nobody listens on now.
pub(crate) async fn free_port() -> Result<u16, Failure> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    Ok(listener.local_addr()?.port())
}

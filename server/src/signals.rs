//! The signals that stop the command.

#[cfg(unix)]
pub(crate) use unix::Signals;

#[cfg(unix)]
mod unix {
    use std::io;

    use tokio::signal::unix::{signal, Signal, SignalKind};

    /// Ctrl-C and SIGTERM, heard from the moment this is made.
    #[derive(Debug)]
    pub(crate) struct Signals {
        interrupt: Signal,
        terminate: Signal,
    }

    impl Signals {
        pub(crate) fn listen() -> io::Result<Self> {
            Ok(Self {
                interrupt: signal(SignalKind::interrupt())?,
                terminate: signal(SignalKind::terminate())?,
            })
        }

        pub(crate) async fn next(&mut self) {
            tokio::select! {
                _ = self.interrupt.recv() => {}
                _ = self.terminate.recv() => {}
            }
        }
    }
}

#[cfg(windows)]
pub(crate) use windows::Signals;

#[cfg(windows)]
mod windows {
    use std::io;

    use tokio::signal::windows::{ctrl_c, CtrlC};

    /// Ctrl-C, heard from the moment this is made.
    #[derive(Debug)]
    pub(crate) struct Signals(CtrlC);

    impl Signals {
        pub(crate) fn listen() -> io::Result<Self> {
            ctrl_c().map(Self)
        }

        pub(crate) async fn next(&mut self) {
            self.0.recv().await;
        }
    }
}

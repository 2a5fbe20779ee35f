//! The command: parses the flags, prints the address, serves until told to stop.

mod signals;

use std::io::Write;
use std::process::ExitCode;

use clap::{ArgAction, Parser};
use signals::Signals;
use tracing_subscriber::EnvFilter;
use wasm_websocket_server::{Config, Server};

/// The demo and test server of wasm-websocket.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Args {
    #[command(flatten)]
    config: Config,
    /// Say more on stderr: -v for connections, -vv for everything (RUST_LOG overrides)
    #[arg(short, long, action = ArgAction::Count)]
    verbose: u8,
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    log_to_stderr(args.verbose);
    match run(args.config).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(config: Config) -> Result<(), Box<dyn std::error::Error>> {
    let server = Server::bind(config).await?;
    // Before the address is told: whoever reads it may stop the server right away.
    let mut signals = Signals::listen()?;
    let mut stdout = std::io::stdout();
    // A closed stdout is no reason not to serve.
    let _ = writeln!(stdout, "{}", server.url()).and_then(|()| stdout.flush());
    server
        .run_until(async move {
            signals.next().await;
            tokio::spawn(async move {
                signals.next().await;
                std::process::exit(130);
            });
        })
        .await;
    Ok(())
}

fn log_to_stderr(verbose: u8) {
    let level = match verbose {
        0 => "warn",
        1 => "warn,wasm_websocket_server=debug",
        _ => "trace",
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(level));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}

//! The race of `wasm-websocket` against raw JavaScript and its peers, in real browsers.
//!
//! It builds every candidate apart from the others, opens a plain page in a headless browser
//! without a debugger, takes the samples that the page posts, and reports them.

mod browser;
mod candidates;
mod error;
mod figures;
mod page;
mod size;
mod table;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, ValueEnum};

use crate::{
    browser::Browser,
    candidates::{Candidate, Workshop},
    error::Error,
    figures::Figure,
    page::{Plan, Step},
};

/// The race of wasm-websocket against raw JavaScript and its peers.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Args {
    /// Only this crate, raw JavaScript and the two best peers, in few rounds; what fits in a minute
    #[arg(long)]
    quick: bool,

    /// Only this section, or these
    #[arg(long, value_enum, value_name = "SECTION")]
    only: Vec<Section>,

    /// Only this browser, or these
    #[arg(long, value_enum, value_name = "BROWSER")]
    browser: Vec<Browser>,

    /// Only this candidate, or these
    #[arg(long, value_name = "NAME")]
    candidate: Vec<String>,

    /// How often each candidate has its turn
    #[arg(long, value_name = "N")]
    rounds: Option<u32>,

    /// Where the results go
    #[arg(long, value_name = "DIR", default_value = "bench")]
    out: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Section {
    Wrapper,
    Size,
}

impl Args {
    fn has(&self, section: Section) -> bool {
        self.only.is_empty() || self.only.contains(&section)
    }

    fn browsers(&self) -> &[Browser] {
        if self.browser.is_empty() {
            Browser::value_variants()
        } else {
            &self.browser
        }
    }

    fn candidates(&self) -> Vec<&'static Candidate> {
        candidates::ALL
            .iter()
            .filter(|candidate| candidate.quick || !self.quick)
            .filter(|candidate| {
                self.candidate.is_empty()
                    || self.candidate.iter().any(|name| candidate.name == name)
            })
            .collect()
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> Result<(), Error> {
    let candidates = args.candidates();
    let workshop = Workshop::from_env();
    let mut figures = Vec::new();

    if args.has(Section::Size) {
        for candidate in &candidates {
            eprintln!("Size of {}", candidate.name);
            figures.extend(size::measure(&workshop, candidate)?);
        }
    }
    if args.has(Section::Wrapper) {
        let wasm = workshop.build_for_speed(&candidates)?;
        let plan = Plan(vec![Step {
            section: "wrapper",
            rounds: args.rounds.unwrap_or(if args.quick { 5 } else { 15 }),
            names: candidates.iter().map(|candidate| candidate.name).collect(),
        }]);
        for browser in args.browsers() {
            figures.extend(page::run(*browser, &wasm, &plan).await?);
        }
    }

    table::print(&figures);
    write(&args.out, &figures).await
}

async fn write(out: &std::path::Path, figures: &[Figure]) -> Result<(), Error> {
    let json = figures::to_json(figures)?;
    tokio::fs::write(out.join("results.json"), json).await?;
    Ok(())
}

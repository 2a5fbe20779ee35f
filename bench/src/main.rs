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

use std::{fs, path::PathBuf, process::ExitCode};

use clap::{Parser, ValueEnum};

use crate::{
    browser::Browser,
    candidates::{Candidate, Workshop},
    error::Error,
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

    /// Where the results go: by default bench/ for all of them, and the target folder for some
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
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

    /// Whether it leaves nothing out, so that its results stand for the crate.
    fn is_whole(&self) -> bool {
        let chosen = [self.only.len(), self.browser.len(), self.candidate.len()];
        !self.quick && self.rounds.is_none() && chosen == [0; 3]
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
            rounds: args.rounds.unwrap_or(if args.quick { 3 } else { 15 }),
            names: candidates.iter().map(|candidate| candidate.name).collect(),
        }]);
        for browser in args.browsers() {
            figures.extend(page::run(*browser, &wasm, &plan).await?);
        }
    }

    table::print(&figures);
    let out = match args.out {
        Some(ref out) => out.clone(),
        None if args.is_whole() => PathBuf::from("bench"),
        None => workshop.folder(),
    };
    fs::write(out.join("results.json"), figures::to_json(&figures)?)?;
    eprintln!(
        "\nAll figures are in {}",
        out.join("results.json").display()
    );
    Ok(())
}

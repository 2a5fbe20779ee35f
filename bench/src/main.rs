//! The race of `wasm-websocket` against raw JavaScript and its peers, in real browsers.
//!
//! It builds every candidate apart from the others, opens a plain page in a headless browser
//! without a debugger, takes the samples that the page posts, and reports them.

mod browser;
mod candidates;
mod chart;
mod demo;
mod error;
mod figures;
mod page;
mod section;
mod size;
mod table;

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Parser, ValueEnum};

use crate::{
    browser::Browser,
    candidates::{Candidate, Workshop},
    error::Error,
    figures::Results,
    page::Step,
    section::Section,
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

    /// Only fail if the echo app of this crate has outgrown what bench/results.json says of it
    #[arg(long, exclusive = true)]
    check_size: bool,

    /// Where the results go: by default bench/ for all of them, and the target folder for some
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl Args {
    fn has(&self, section: Section) -> bool {
        if self.only.is_empty() {
            section.is_quick() || !self.quick
        } else {
            self.only.contains(&section)
        }
    }

    /// Whether it leaves nothing out, so that its results stand for the crate.
    fn is_whole(&self) -> bool {
        let chosen = [self.only.len(), self.browser.len(), self.candidate.len()];
        !self.quick && self.rounds.is_none() && chosen == [0; 3]
    }

    fn browsers(&self) -> &[Browser] {
        match self.browser.as_slice() {
            [] if self.quick => &[Browser::Chrome],
            [] => Browser::value_variants(),
            chosen => chosen,
        }
    }

    fn candidates(&self, section: Section) -> Vec<&'static Candidate> {
        candidates::ALL
            .iter()
            .filter(|candidate| candidate.is_in(section))
            .filter(|candidate| candidate.quick || !self.quick)
            .filter(|candidate| {
                self.candidate.is_empty()
                    || self.candidate.iter().any(|name| candidate.name == name)
            })
            .collect()
    }

    /// How often each candidate has its turn.
    fn rounds(&self, section: Section) -> u32 {
        self.rounds.unwrap_or(section.rounds(self.quick))
    }

    /// What a section of the race is in this browser.
    fn steps(&self, section: Section, browser: Browser) -> Vec<Step> {
        let candidates = self.candidates(section);
        let step = |candidates: &[&Candidate], connections| Step {
            section,
            rounds: self.rounds(section),
            connections,
            quick: self.quick,
            names: candidates.iter().map(|candidate| candidate.name).collect(),
        };
        let ours: Vec<_> = candidates
            .iter()
            .copied()
            .filter(|candidate| candidate.is_ours())
            .collect();
        match (section, browser) {
            (Section::Memory, Browser::Chrome) => {
                vec![step(&candidates, 300), step(&ours, 10_000)]
            }
            // Its pages can't collect garbage, without which some peers would look too bad, and it
            // connects to an address once at a time.
            (Section::Memory, Browser::Firefox) => vec![step(&ours, 1_000)],
            _ => vec![step(&candidates, 0)],
        }
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
    let workshop = Workshop::from_env();
    let mut results = Results::default();

    let ours = candidates::ALL.iter().find(|candidate| candidate.is_ours());
    if let (true, Some(ours)) = (args.check_size, ours) {
        return size::check(&workshop, ours, Path::new("bench/results.json"));
    }
    if args.has(Section::Size) {
        for candidate in args.candidates(Section::Size) {
            eprintln!("Size of {}", candidate.name);
            results.figures.extend(size::measure(&workshop, candidate)?);
        }
        if let (false, Some(ours)) = (args.quick, ours.filter(|_| args.candidate.is_empty())) {
            eprintln!("Size of the parts of {}", ours.name);
            results.figures.extend(size::parts(&workshop, ours)?);
        }
    }
    let sections: Vec<_> = Section::IN_RACE
        .into_iter()
        .filter(|section| args.has(*section))
        .collect();
    for section in &sections {
        eprintln!("Modules for {section:?}");
        workshop.build_for(*section, &args.candidates(*section))?;
    }
    if !sections.is_empty() {
        for browser in args.browsers() {
            let steps = sections
                .iter()
                .flat_map(|section| args.steps(*section, *browser));
            page::run(*browser, &workshop.modules(), steps.collect(), &mut results).await?;
        }
    }

    if args.has(Section::Page) {
        for candidate in args.candidates(Section::Page) {
            eprintln!("The demo page");
            workshop.build_page()?;
            results.figures.extend(demo::weigh(candidate.name)?);
            for browser in args.browsers() {
                let rounds = args.rounds(Section::Page);
                let figures = demo::load(*browser, candidate.name, rounds).await?;
                results.figures.extend(figures);
            }
        }
    }

    table::print(&results);
    let out = match args.out {
        Some(ref out) => out.clone(),
        None if args.is_whole() => PathBuf::from("bench"),
        None => workshop.folder(),
    };
    fs::create_dir_all(&out)?;
    fs::write(out.join("results.json"), results.to_json()?)?;
    chart::draw(&results.figures, &out.join("results.svg"))?;
    eprintln!("\nresults.json and results.svg are in {}", out.display());
    Ok(())
}

//! When syncs begin: as fast as it goes, or at a rate.

use std::time::{Duration, Instant};

/// One of several that sync in turns. At a rate each sync has its time to begin, and what it waits for the one before it counts; without one the next
/// begins when the last has its answer.
#[derive(Clone, Copy)]
pub(crate) struct Pace {
    start: Instant,
    end: Instant,
    due: Instant,
    pause: Option<Duration>,
    all: usize,
}

impl Pace {
    /// The first of `all`, from now on; `rate` is what they do per second together.
    pub(crate) fn new(time: Duration, rate: Option<f64>, all: usize) -> Self {
        let start = Instant::now();
        Self {
            start,
            end: start + time,
            due: start,
            pause: rate.map(|rate| Duration::from_secs_f64(all as f64 / rate.max(1.0))),
            all,
        }
    }

    /// Another of them. They are spread over the pause, or all would begin at once.
    pub(crate) fn of(mut self, place: usize) -> Self {
        let part = place as f64 / self.all.max(1) as f64;
        self.due += self.pause.unwrap_or_default().mul_f64(part);
        self
    }

    pub(crate) fn start(&self) -> Instant {
        self.start
    }

    /// Waits until the next sync is due, and says since when; `None` when the time is over.
    pub(crate) async fn next(&mut self) -> Option<Instant> {
        let begun = match self.pause {
            None => Instant::now(),
            Some(pause) => {
                let due = self.due;
                self.due += pause;
                tokio::time::sleep_until(due.into()).await;
                due
            }
        };
        (begun < self.end).then_some(begun)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_a_slow_sync_delays_counts_from_when_it_was_due() {
        let mut pace = Pace::new(Duration::from_millis(50), Some(100.0), 1);
        let first = pace.next().await.unwrap();
        std::thread::sleep(Duration::from_millis(35));
        let mut begun = vec![first];
        while let Some(time) = pace.next().await {
            begun.push(time);
        }
        // All five that were due, also those whose time was over.
        assert_eq!(begun.len(), 5);
        assert!(
            begun
                .windows(2)
                .all(|two| two[1] - two[0] == Duration::from_millis(10))
        );
    }
}

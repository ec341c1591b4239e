"""The journeys: receive, intake, dispatch, remind, triage. None calls another; they meet in the database."""

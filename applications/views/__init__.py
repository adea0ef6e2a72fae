"""Pages of the applicant side, the window and the administrators' exports."""

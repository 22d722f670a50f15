-- Whoever watches over moot has jobs counted by state every few seconds: without reading their plans.
CREATE INDEX job_state ON job (state);

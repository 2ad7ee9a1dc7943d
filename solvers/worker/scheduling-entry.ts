/**
 * Entry of the worker for schedules.
 */
import { schedulingJobs } from './scheduling-jobs.ts'
import { serve } from './serve.ts'

serve(schedulingJobs)

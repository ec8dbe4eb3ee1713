import { describeSignInPage } from '../helpers/signInPage.ts';

describeSignInPage('apollo-client');
